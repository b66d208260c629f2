"""Which scene guards which end of a design knob, and for which ends an objection would be wrong; see knob_guard.py.

A test runs every scene that is named here with its knob at that end and wants it to fail.
"""

from __future__ import annotations

GUARDS: dict[tuple[str, str], str] = {
    ("attention.ambiguity_gap_deg", "high"): "ambiguity/resolved-by-a-second-call.scene.yaml",
    ("attention.ambiguity_gap_deg", "low"): "ambiguity/side-by-side.scene.yaml",
    ("attention.min_sound_confidence", "high"): "wake/in-near-darkness.scene.yaml",
    ("motion.max_accel_dps2", "high"): "body/wedged-and-not-tried-again.scene.yaml",
    ("motion.max_accel_dps2", "low"): "wake/from-the-right.scene.yaml",
    ("motion.max_jerk_dps3", "low"): "follow/across-the-kitchen.scene.yaml",
    ("motion.max_rate_dps", "high"): "body/a-heavy-pot.scene.yaml",
    ("motion.max_rate_dps", "low"): "zones/enters-the-motion-zone.scene.yaml",
    ("patience.motion_delay_s", "high"): "zones/out-of-the-picture.scene.yaml",
    ("patience.motion_delay_s", "low"): "zones/out-of-the-picture.scene.yaml",
    ("patience.rest_after_move_s", "high"): "follow/across-the-kitchen.scene.yaml",
    ("patience.settle_radius_deg", "high"): "zones/enters-the-motion-zone.scene.yaml",
    ("patience.settle_s", "high"): "zones/settles-in-the-holding-zone.scene.yaml",
    ("patience.settle_s", "low"): "zones/settles-in-the-holding-zone.scene.yaml",
    ("zones.dead_far_half_width_deg", "high"): "zones/far-away-the-middle-is-narrow.scene.yaml",
    ("zones.dead_half_width_deg", "high"): "zones/far-away-the-middle-is-narrow.scene.yaml",
    ("zones.dead_half_width_deg", "low"): "zones/swaying-at-the-edge.scene.yaml",
    ("zones.dead_near_half_width_deg", "low"): "zones/close-by-the-middle-is-wide.scene.yaml",
    ("zones.holding_half_width_deg", "high"): "zones/enters-the-motion-zone.scene.yaml",
    ("zones.holding_half_width_deg", "low"): "zones/settles-in-the-holding-zone.scene.yaml",
    ("zones.holding_near_half_width_deg", "high"): "follow/with-a-narrow-camera.scene.yaml",
    ("zones.hysteresis_deg", "high"): "zones/far-away-the-middle-is-narrow.scene.yaml",
    ("zones.hysteresis_deg", "low"): "zones/swaying-at-the-edge.scene.yaml",
}

EXEMPT: dict[tuple[str, str], str] = {}
