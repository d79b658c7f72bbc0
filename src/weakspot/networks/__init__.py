"""The torch modules that training makes and export turns into ONNX."""
