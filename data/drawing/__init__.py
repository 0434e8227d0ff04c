"""The drawing room behind `data/make_sample.py`: cats and dogs, modelled as solids and drawn as pictures.

A picture passes through these files in order. `plan` decides what to draw. `anatomy` says how a breed is built, `poses`
bends its skeleton, `figure` puts flesh on the bones and `head` a face on the neck; all of it is ellipsoids (`solids`).
`coats` colours the fur, `fur` looks at the solids through a camera and paints them hair by hair. `scenes_indoors`,
`scenes_outdoors` and `things` draw the world around the animal, `light` adds the shadows and plays the camera, and
`picture` puts everything together.
"""
