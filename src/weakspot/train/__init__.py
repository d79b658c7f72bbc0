"""Makes models: tokenizer, pre-training, fine-tuning of the embedded encoder, calibration."""
