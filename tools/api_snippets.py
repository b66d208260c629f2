"""A few lines for each command's page, which a test runs one after the other against one served display."""

from __future__ import annotations

SNIPPETS: dict[str, str] = {
    "AcquireMotion": """\
display.acquire(lease_ms=2_000)
print(display.turn_to(20).wait().sentence)
""",
    "ReleaseMotion": """\
display.acquire()
display.release().wait()
""",
    "TurnTo": """\
end = display.turn_to(30, style="calm").wait()
print(end.ok, end.angle)
""",
    "TurnAt": """\
for _ in range(3):
    display.turn_at(-20, ttl_ms=300).wait()
""",
    "GoToCenter": """\
print(display.center(max_speed=40).wait().angle)
""",
    "StopMotion": """\
move = display.turn_to(60)
display.stop()
print(move.wait().sentence)
""",
    "TurnToPrimaryUser": """\
display.world_turn("anna")
display.world_say("anna")
display.wait_until(lambda state: len(state["people"]) > 0)
display.stop()
print(display.turn_to_primary_user().wait().angle)
""",
    "FollowPrimaryUser": """\
display.follow_primary_user()
print(display.state()["mode"])
display.set_mode("idle")
""",
    "SelectPerson": """\
display.set_mode("call")
display.select_person(None)
display.set_mode("idle")
""",
    "AttendLocation": """\
print(display.attend(-45).wait().angle)
""",
    "PlayNamedChoreo": """\
print(display.hello["choreos"])
print(display.play("MixedExpressiveShakes", intensity=0.5).wait().sentence)
""",
    "PlayChoreo": """\
nod = [{"offset": 8, "speed": 40, "dwellMs": 100}, {"offset": 0, "speed": 40}]
print(display.play_beats(nod).wait().ok)
""",
    "SetWakeWordResponse": """\
display.set_wake_word_response("turnToWakeWord")
""",
    "SetMode": """\
display.set_mode("recipe")
print(display.state()["mode"])
display.set_mode("idle")
""",
    "SetFramingMode": """\
display.set_mode("call")
display.set_framing_mode("left")
display.set_mode("idle")
""",
    "SetRegionOfInterest": """\
display.set_mode("call")
display.set_region_of_interest(20, width=40)
display.set_mode("idle")
""",
    "StartSetup": """\
setup.start_setup("free")
setup.stop()
""",
    "SetRangeOfMotion": """\
setup.set_range(-60, 60)
print(setup.state()["limits"])
setup.set_range(-90, 90)
""",
    "SetBackDrive": """\
setup.set_back_drive("auto")
""",
    "Subscribe": """\
for message in display.messages(rate_hz=10, since=0, for_s=0.5):
    print(message["type"], message.get("name", ""))
""",
    "World.Say": """\
display.world_say("anna")
print(display.wait_for("OnWakeWord", since=0)["angle"])
""",
    "World.Walk": """\
display.world_walk("anna", 2.0, 2.5, speed=2.0)
""",
    "World.Turn": """\
display.world_turn("anna", "away")
""",
    "World.MoveShutter": """\
display.world_move_shutter(closed=True)
print(display.state()["shutterClosed"])
display.world_move_shutter(closed=False)
""",
    "World.Push": """\
display.world_push(20, for_ms=300)
""",
}
