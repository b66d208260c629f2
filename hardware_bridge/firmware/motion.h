/* The motion kernel of the reference board: decides once a millisecond how hard to push, and guards every limit itself.
 *
 * Integers only, no memory allocation, no hardware in sight: the same file runs on the board, in the emulated chip and
 * on a workstation.  Units are chosen so that a millisecond needs no division:
 *   angle  udeg  = 0.000001 degree      (32 bits hold +-2147 degrees)
 *   rate   mdps  = 0.001 degree/second  (= udeg per millisecond)
 *   accel  dps2  = degree/second^2      (= mdps per millisecond)
 *   torque mnm   = 0.001 newton metre
 */
#ifndef SWIVEL_MOTION_H
#define SWIVEL_MOTION_H

#include <stdbool.h>
#include <stdint.h>

enum motion_mode { MODE_OFF, MODE_RUNNING, MODE_STOPPING, MODE_STOPPED, MODE_FREE, MODE_FAULT };
enum motion_fault { FAULT_NONE, FAULT_DEADMAN, FAULT_ENCODER, FAULT_STALL, FAULT_OVERSPEED, FAULT_WATCHDOG };
enum motion_refusal {
    ACCEPTED,
    REFUSED_UNKNOWN,
    REFUSED_LENGTH,
    REFUSED_NOT_ENABLED,
    REFUSED_FAULTED,
    REFUSED_OUT_OF_RANGE,
    REFUSED_STILL_TURNING,
    REFUSED_STALE_SESSION,
    REFUSED_RANGE_NOT_SET
};

#define DEADMAN_MS 100

/* What the wood and wires allow; a limits table beyond these is refused. */
#define HARD_RATE_MDPS 180000L
#define HARD_ACCEL_DPS2 360L
#define LEAST_STOP_DPS2 360L
#define HARD_STOP_DPS2 3600L
#define HARD_TORQUE_MNM 1400
#define HARD_RANGE_UDEG 360000000L

struct motion_limits {
    int32_t low_udeg, high_udeg;
    int32_t rate_mdps;
    int32_t accel_dps2, stop_dps2;
    int16_t torque_mnm;
};

struct motion {
    struct motion_limits limits;
    bool limits_known;
    uint8_t mode, fault;
    uint16_t session;
    uint32_t now_ms;
    uint16_t quiet_ms;          /* since the last fresh sign of life */
    uint16_t stall_ms, overspeed_ms;
    int32_t target_udeg, target_mdps;
    uint8_t target_age_ms;
    int16_t torque_limit_mnm;
    int32_t reference_udeg, reference_mdps;
    int32_t yaw_udeg, rate_mdps;
    uint16_t encoder_raw;
    bool encoder_known;
    uint8_t encoder_misses;
    int16_t torque_mnm;         /* asked of the bridge in the last millisecond */
    int32_t torque_sum;         /* and since it was reported last */
    uint16_t torque_count;
};

void motion_init(struct motion *m, bool after_watchdog);
uint8_t motion_set_limits(struct motion *m, const struct motion_limits *limits);
uint8_t motion_enable(struct motion *m, uint16_t session);
uint8_t motion_set_point(struct motion *m, int32_t yaw_cdeg, int32_t rate_cdps, int16_t torque_mnm);
void motion_alive(struct motion *m);
void motion_stop(struct motion *m);
void motion_disable(struct motion *m);
uint8_t motion_reset(struct motion *m);

/* Mean torque since the last call: a host that looks a hundred times a second must not miss what happened in between. */
int16_t motion_mean_torque(struct motion *m);

/* One millisecond: a raw angle of 14 bits (or `encoder_good` false), returns the torque to ask of the bridge. */
int16_t motion_step(struct motion *m, uint16_t encoder_raw, bool encoder_good);

#endif
