"""What of this machine Swivel can use: `swivel doctor` prints it, one finding a part.

Nothing here changes anything. Whatever may end a process (a native library, a driver) is tried in a process of its own.

1. finding.py: what a check says.
2. python_parts.py: the system, Python, and the packages.
3. pictures.py: OpenGL for the virtual camera, and the display for the window.
4. devices.py: sound, cameras and serial ports.
5. helpers.py: the weights, ffmpeg and the right to real-time priority.
6. examination.py: all of them in the order of the page.
"""
