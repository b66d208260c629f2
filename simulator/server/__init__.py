"""The motion API: apps ask over HTTP and WebSocket, the loop in a process of its own answers, and every no has a reason.

A reader of onboard's requests and answers: who may move what is decided there, and here only which app has the screen.

In: commands as JSON (messages/commands.py). Out: answers, state and events as JSON (messages/replies.py).
Read: messages/, hub.py (everything between a command and its final answer, without a clock or a socket), loop.py (the device's
process), door.py (who is let in), app.py (HTTP and WebSocket), serve.py (puts it together).
"""
