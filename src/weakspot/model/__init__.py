"""What a model is made of besides its weights: token encoding, calibration, the model folder."""
