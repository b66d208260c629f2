/* The motion kernel: see motion.h for units and promises. */
#include "motion.h"

#define ENCODER_TURN 16384L
#define UDEG_PER_COUNT_X16 351563L      /* 360e6 / 16384 * 16 */
#define LARGEST_JUMP_COUNTS 200         /* 4.4 degrees in a millisecond is no screen, it is a broken sensor */
#define FURTHEST_UDEG 1000000000L       /* the range ends at 360 degrees, and two such angles still fit apart into 32 bits */
#define ENCODER_MISSES_ALLOWED 3
#define EXTRAPOLATE_MS 20               /* two ticks of the host */
#define AHEAD_MS 7                      /* a set point holds for the end of its tick; 3 of 10 ms are gone when it is in */
#define FOLLOW_MS 64                    /* how quickly the reference makes up for being behind */
#define LEASH_UDEG 6000000L             /* the reference never runs farther ahead of a blocked screen */
#define STILL_MDPS 3000L
#define STALL_MS 250
#define OVERSPEED_MS 20
#define RANGE_SLACK_CDEG 100L           /* a set point up to a degree outside is pulled in, farther is refused */

/* Gains for a screen of 0.010 kg m^2: 9 N m/rad and 0.45 N m s/rad, the stiffness of a held screen. */
#define STIFFNESS_MNM_PER_DEG 157L
#define DAMPING_MNM_PER_10DPS 79L
#define INERTIA_MNM_PER_1000DPS2 175L
#define FRICTION_MNM 50

static int32_t magnitude(int32_t x) { return x < 0 ? -x : x; }

static int32_t clamp(int32_t x, int32_t low, int32_t high) { return x < low ? low : (x > high ? high : x); }

void motion_init(struct motion *m, bool after_watchdog)
{
    static const struct motion zero;
    *m = zero;
    if (after_watchdog) {
        m->mode = MODE_FAULT;
        m->fault = FAULT_WATCHDOG;
    }
}

uint8_t motion_set_limits(struct motion *m, const struct motion_limits *l)
{
    if (m->mode != MODE_OFF)
        return m->fault ? REFUSED_FAULTED : REFUSED_STILL_TURNING;
    if (l->low_udeg > l->high_udeg || magnitude(l->low_udeg) > HARD_RANGE_UDEG || magnitude(l->high_udeg) > HARD_RANGE_UDEG)
        return REFUSED_OUT_OF_RANGE;
    if (l->rate_mdps <= 0 || l->rate_mdps > HARD_RATE_MDPS || l->accel_dps2 <= 0 || l->accel_dps2 > HARD_ACCEL_DPS2)
        return REFUSED_OUT_OF_RANGE;
    if (l->stop_dps2 < LEAST_STOP_DPS2 || l->stop_dps2 > HARD_STOP_DPS2 || l->torque_mnm <= 0 || l->torque_mnm > HARD_TORQUE_MNM)
        return REFUSED_OUT_OF_RANGE;
    m->limits = *l;
    m->limits_known = true;
    return ACCEPTED;
}

uint8_t motion_enable(struct motion *m, uint16_t session)
{
    if (m->fault)
        return REFUSED_FAULTED;
    if (!m->limits_known)
        return REFUSED_RANGE_NOT_SET;
    if (m->mode != MODE_OFF || !m->encoder_known)
        return REFUSED_STILL_TURNING;
    if (session == m->session)
        return REFUSED_STALE_SESSION;
    m->session = session;
    /* A goal of before is never followed: the goal is where the screen is. */
    m->target_udeg = m->reference_udeg = m->yaw_udeg;
    m->target_mdps = m->reference_mdps = 0;
    m->torque_limit_mnm = m->limits.torque_mnm;
    m->quiet_ms = m->stall_ms = m->overspeed_ms = 0;
    m->mode = MODE_RUNNING;
    return ACCEPTED;
}

uint8_t motion_set_point(struct motion *m, int32_t yaw_cdeg, int32_t rate_cdps, int16_t torque_mnm)
{
    if (m->mode != MODE_RUNNING && m->mode != MODE_FREE)
        return m->fault ? REFUSED_FAULTED : REFUSED_NOT_ENABLED;
    if (yaw_cdeg < m->limits.low_udeg / 10000 - RANGE_SLACK_CDEG || yaw_cdeg > m->limits.high_udeg / 10000 + RANGE_SLACK_CDEG)
        return REFUSED_OUT_OF_RANGE;
    if (magnitude(rate_cdps) > HARD_RATE_MDPS / 10 || torque_mnm < 0)
        return REFUSED_OUT_OF_RANGE;
    m->target_udeg = clamp(yaw_cdeg * 10000, m->limits.low_udeg, m->limits.high_udeg);
    m->target_mdps = clamp(rate_cdps * 10, -m->limits.rate_mdps, m->limits.rate_mdps);
    m->target_udeg = clamp(m->target_udeg - AHEAD_MS * m->target_mdps, m->limits.low_udeg, m->limits.high_udeg);
    m->target_age_ms = 0;
    m->torque_limit_mnm = torque_mnm < m->limits.torque_mnm ? torque_mnm : m->limits.torque_mnm;
    m->mode = m->torque_limit_mnm ? MODE_RUNNING : MODE_FREE;
    return ACCEPTED;
}

void motion_alive(struct motion *m) { m->quiet_ms = 0; }

void motion_stop(struct motion *m)
{
    if (m->mode == MODE_RUNNING || m->mode == MODE_FREE) {
        m->mode = MODE_STOPPING;
        m->torque_limit_mnm = m->limits.torque_mnm;
    }
}

void motion_disable(struct motion *m)
{
    if (!m->fault)
        m->mode = MODE_OFF;
}

uint8_t motion_reset(struct motion *m)
{
    if (m->mode == MODE_STOPPING || magnitude(m->rate_mdps) > STILL_MDPS)
        return REFUSED_STILL_TURNING;
    m->mode = MODE_OFF;
    m->fault = FAULT_NONE;
    m->encoder_misses = 0;
    return ACCEPTED;
}

static void fail(struct motion *m, uint8_t fault, uint8_t mode)
{
    if (!m->fault)
        m->fault = fault;
    m->mode = mode;
}

static void measure(struct motion *m, uint16_t raw, bool good)
{
    int16_t counts;
    int32_t step;

    if (good && !m->encoder_known) {
        /* Yaw 0 is the middle of the sensor's turn; what is above half a turn is to the right. */
        counts = (int16_t)(raw << 2) / 4;
        m->yaw_udeg = (int32_t)counts * (UDEG_PER_COUNT_X16 / 16) + (int32_t)counts * (UDEG_PER_COUNT_X16 % 16) / 16;
        m->encoder_raw = raw;
        m->encoder_known = true;
        return;
    }
    counts = (int16_t)((uint16_t)(raw - m->encoder_raw) << 2) / 4;
    if (!good || counts > LARGEST_JUMP_COUNTS || counts < -LARGEST_JUMP_COUNTS) {
        if (m->encoder_misses < 255)
            m->encoder_misses++;
        if (m->encoder_misses > ENCODER_MISSES_ALLOWED && m->mode != MODE_OFF)
            fail(m, FAULT_ENCODER, MODE_FAULT);
        return;
    }
    m->encoder_misses = 0;
    m->encoder_raw = raw;
    step = (int32_t)counts * UDEG_PER_COUNT_X16 / 16;
    if (magnitude(m->yaw_udeg) > FURTHEST_UDEG) {
        /* Turned round and round by hand: it counts on from the angle within a turn, because 32 bits end after six of them. */
        m->encoder_known = false;
        if (m->mode != MODE_OFF)
            fail(m, FAULT_ENCODER, MODE_FAULT);
        return;
    }
    m->yaw_udeg += step;
    /* A first-order filter of 8 ms: a count a millisecond is 22 degrees a second, too coarse to damp with. */
    m->rate_mdps += (step - m->rate_mdps) / 8;
}

/* How fast the reference may go and still stop before the end of the range, with the normal deceleration. */
static bool must_brake(const struct motion *m)
{
    int32_t tenths = magnitude(m->reference_mdps) / 100;
    int32_t way_udeg = tenths * tenths / (2 * m->limits.accel_dps2) * 10000 + magnitude(m->reference_mdps);

    if (m->reference_mdps > 0)
        return m->reference_udeg + way_udeg >= m->limits.high_udeg;
    return m->reference_mdps < 0 && m->reference_udeg - way_udeg <= m->limits.low_udeg;
}

static int32_t wanted_rate(struct motion *m)
{
    int32_t want, most;

    if (m->target_age_ms < EXTRAPOLATE_MS) {
        m->target_age_ms++;
        m->target_udeg = clamp(m->target_udeg + m->target_mdps, m->limits.low_udeg, m->limits.high_udeg);
    } else {
        m->target_mdps = 0;
    }
    if (must_brake(m))
        return 0;
    /* A little above the limit is left for making up what was lost on the way. */
    most = m->limits.rate_mdps + m->limits.rate_mdps / 32;
    want = m->target_mdps + (m->target_udeg - m->reference_udeg) / FOLLOW_MS;
    return clamp(want, -most, most);
}

static int32_t advance_reference(struct motion *m)
{
    bool running = m->mode == MODE_RUNNING;
    int32_t most = running ? m->limits.accel_dps2 * 3 / 2 : m->limits.stop_dps2;
    int32_t want = running ? wanted_rate(m) : 0;
    int32_t accel = clamp(want - m->reference_mdps, -most, most);

    m->reference_mdps += accel;
    m->reference_udeg = clamp(m->reference_udeg + m->reference_mdps, m->yaw_udeg - LEASH_UDEG, m->yaw_udeg + LEASH_UDEG);
    return accel;
}

static int16_t push(const struct motion *m, int32_t accel_dps2)
{
    int32_t behind_mdeg = (m->reference_udeg - m->yaw_udeg) / 1000;
    int32_t torque = behind_mdeg * STIFFNESS_MNM_PER_DEG / 1000;

    torque += (m->reference_mdps - m->rate_mdps) / 100 * DAMPING_MNM_PER_10DPS / 100;
    torque += accel_dps2 * INERTIA_MNM_PER_1000DPS2 / 1000;
    if (m->reference_mdps > 0)
        torque += FRICTION_MNM;
    else if (m->reference_mdps < 0)
        torque -= FRICTION_MNM;
    return (int16_t)clamp(torque, -m->torque_limit_mnm, m->torque_limit_mnm);
}

static void watch(struct motion *m)
{
    bool pushing = magnitude(m->torque_mnm) * 10 >= (int32_t)m->limits.torque_mnm * 9;
    bool along = (m->torque_mnm > 0) == (m->rate_mdps > 0);

    m->stall_ms = pushing && magnitude(m->rate_mdps) < STILL_MDPS ? m->stall_ms + 1 : 0;
    if (m->stall_ms >= STALL_MS) {
        /* Give way: hold where the screen is, without the push. */
        m->reference_udeg = m->target_udeg = m->yaw_udeg;
        m->reference_mdps = 0;
        m->stall_ms = 0;
        fail(m, FAULT_STALL, MODE_FAULT);
    }
    m->overspeed_ms = along && magnitude(m->rate_mdps) > m->limits.rate_mdps / 10 * 13 ? m->overspeed_ms + 1 : 0;
    if (m->overspeed_ms >= OVERSPEED_MS)
        fail(m, FAULT_OVERSPEED, MODE_FAULT);
}

int16_t motion_step(struct motion *m, uint16_t encoder_raw, bool encoder_good)
{
    int32_t accel = 0;

    m->now_ms++;
    measure(m, encoder_raw, encoder_good);
    if (m->mode == MODE_RUNNING || m->mode == MODE_FREE) {
        if (m->quiet_ms < 0xFFFF)
            m->quiet_ms++;
        if (m->quiet_ms > DEADMAN_MS) {
            fail(m, FAULT_DEADMAN, MODE_STOPPING);
            m->torque_limit_mnm = m->limits.torque_mnm;
        }
    }
    if (m->mode == MODE_FREE) {
        m->reference_udeg = m->target_udeg = m->yaw_udeg;
        m->reference_mdps = m->rate_mdps;
    } else if (m->mode != MODE_OFF) {
        accel = advance_reference(m);
    }
    if (m->mode == MODE_STOPPING && m->reference_mdps == 0 && magnitude(m->rate_mdps) < STILL_MDPS)
        m->mode = m->fault ? MODE_FAULT : MODE_STOPPED;
    if (m->mode == MODE_OFF || m->mode == MODE_FREE || m->fault == FAULT_ENCODER || m->fault == FAULT_OVERSPEED || m->fault == FAULT_WATCHDOG) {
        m->torque_mnm = 0;
    } else {
        m->torque_mnm = push(m, accel);
        watch(m);
    }
    if (m->torque_count < 1000) {
        m->torque_sum += m->torque_mnm;
        m->torque_count++;
    }
    return m->torque_mnm;
}

int16_t motion_mean_torque(struct motion *m)
{
    int16_t mean = m->torque_count ? (int16_t)(m->torque_sum / m->torque_count) : m->torque_mnm;

    m->torque_sum = 0;
    m->torque_count = 0;
    return mean;
}
