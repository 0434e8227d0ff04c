"""The drawing room behind `data/make_sample.py`: cats and dogs, modelled as solids and drawn as pictures.

A picture passes through these files in order. `plan` decides what to draw. `anatomy` says how a breed is built, `poses`
bends its skeleton, `figure` puts flesh on the bones, and `head` a face with its `ears` on the neck; all of it is
ellipsoids (`solids`). `coats` colours the fur; `fur` looks at the solids through a camera and paints them hair by hair,
`details` the eyes, the nose and the mouth. `scenes` paints the world around the animal with a `brush`, out of `things`;
`picture` puts everything together and plays the camera.
"""
