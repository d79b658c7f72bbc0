"""The detectors of a comparison: rivals, earlier systems of the literature, floors, and ours."""
