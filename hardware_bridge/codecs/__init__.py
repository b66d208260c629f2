"""Wire languages of motors as pure functions: values in, bytes out, bytes in, values out, and no port in sight."""
