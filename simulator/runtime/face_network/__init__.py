"""The face detector's network as a file, made at set-up from weights that a package holds inside a program library.

In: the bytes of libfacedetection's Linux library, whatever the machine. Out: the bytes of a YuNet network (ONNX), always the
same ones. Nothing of the library runs: it is read as data. Files in reading order: library, graph, onnx_file.
"""
