"""The eyes: a picture comes in, who is where and who faces the device comes out, and the picture is gone."""
