/* Frames in, answers out: see protocol.h. */
#include "protocol.h"

#define SYNC 0xA5
#define HEAD 6
#define LONGEST_PAYLOAD 32
#define TORN_AFTER_MS 20

#define FIRMWARE_VERSION 0x0100
#define SERIAL_NUMBER 0x53570001UL
#define ENCODER_COUNTS 16384

enum kind {
    HELLO = 0x01, ENABLE, SETPOINT, STOP, LIMITS = 0x06, RESET, POLL, BEAT, DISABLE,
    IDENT = 0x81, STATE, REFUSED = 0x8F
};

static uint16_t crc16(const uint8_t *data, uint8_t count)
{
    uint16_t crc = 0xFFFF;
    uint8_t bit;

    while (count--) {
        crc ^= (uint16_t)*data++ << 8;
        for (bit = 0; bit < 8; bit++)
            crc = crc & 0x8000 ? (uint16_t)(crc << 1) ^ 0x1021 : (uint16_t)(crc << 1);
    }
    return crc;
}

static uint16_t get16(const uint8_t *p) { return (uint16_t)(p[0] | (uint16_t)p[1] << 8); }

static int32_t get32(const uint8_t *p) { return (int32_t)((uint32_t)get16(p) | (uint32_t)get16(p + 2) << 16); }

static uint8_t *put16(uint8_t *p, uint16_t v) { *p++ = (uint8_t)v; *p++ = (uint8_t)(v >> 8); return p; }

static uint8_t *put32(uint8_t *p, uint32_t v) { return put16(put16(p, (uint16_t)v), (uint16_t)(v >> 16)); }

static uint8_t finish(uint8_t *frame, uint8_t kind, uint16_t sequence, uint8_t *end)
{
    uint8_t length = (uint8_t)(end - frame) - HEAD;

    frame[0] = SYNC;
    frame[1] = PROTOCOL_VERSION;
    frame[2] = length;
    frame[3] = kind;
    put16(frame + 4, sequence);
    put16(end, crc16(frame + 1, (uint8_t)(HEAD - 1 + length)));
    return (uint8_t)(HEAD + length + 2);
}

static uint8_t answer_ident(uint8_t *out, uint16_t sequence)
{
    uint8_t *p = put16(out + HEAD, FIRMWARE_VERSION);

    p = put32(p, SERIAL_NUMBER);
    p = put16(put16(p, ENCODER_COUNTS), DEADMAN_MS);
    return finish(out, IDENT, sequence, p);
}

static uint8_t answer_state(struct motion *m, uint8_t *out, uint16_t sequence)
{
    uint8_t *p = out + HEAD;

    *p++ = m->mode;
    *p++ = m->fault;
    p = put32(p, (uint32_t)(m->yaw_udeg / 10000));
    p = put32(p, (uint32_t)(m->rate_mdps / 10));
    p = put16(p, (uint16_t)motion_mean_torque(m));
    return finish(out, STATE, sequence, put32(p, m->now_ms));
}

static uint8_t answer_refused(uint8_t kind, uint8_t reason, uint8_t *out, uint16_t sequence)
{
    out[HEAD] = kind;
    out[HEAD + 1] = reason;
    return finish(out, REFUSED, sequence, out + HEAD + 2);
}

static uint8_t set_limits(struct motion *m, const uint8_t *p)
{
    struct motion_limits l;

    /* Checked in the units of the wire first, so that no multiplication below can overflow. */
    if (get32(p) < -36000 || get32(p) > 36000 || get32(p + 4) < -36000 || get32(p + 4) > 36000)
        return REFUSED_OUT_OF_RANGE;
    if (get32(p + 8) < 0 || get32(p + 8) > HARD_RATE_MDPS / 10)
        return REFUSED_OUT_OF_RANGE;
    l.low_udeg = get32(p) * 10000;
    l.high_udeg = get32(p + 4) * 10000;
    l.rate_mdps = get32(p + 8) * 10;
    l.accel_dps2 = get32(p + 12) / 100;
    l.stop_dps2 = get32(p + 16) / 100;
    l.torque_mnm = (int16_t)get16(p + 20);
    return motion_set_limits(m, &l);
}

/* A late copy of an old frame must not do its work twice: only numbers ahead of the last one count. */
static bool fresh(struct protocol *p, uint16_t sequence)
{
    if (p->sequence_known && (int16_t)(sequence - p->sequence) <= 0)
        return false;
    p->sequence = sequence;
    p->sequence_known = true;
    return true;
}

static uint8_t obey(struct protocol *p, struct motion *m, uint8_t *out)
{
    uint8_t kind = p->buffer[3], length = p->buffer[2], reason = ACCEPTED;
    uint16_t sequence = get16(p->buffer + 4);
    const uint8_t *payload = p->buffer + HEAD;

    if (p->buffer[1] != PROTOCOL_VERSION)
        return answer_refused(kind, REFUSED_UNKNOWN, out, sequence);
    if (kind == HELLO) {
        /* A new host starts its own count, but never under a screen that is being driven. */
        if (m->mode != MODE_RUNNING && m->mode != MODE_FREE && m->mode != MODE_STOPPING) {
            p->sequence = sequence;
            p->sequence_known = true;
        }
        return answer_ident(out, sequence);
    }
    if (kind == STOP) {
        motion_stop(m);
        return answer_state(m, out, sequence);
    }
    if (kind == POLL || !fresh(p, sequence))
        return answer_state(m, out, sequence);
    switch (kind) {
    case ENABLE:
        reason = length == 2 ? motion_enable(m, get16(payload)) : REFUSED_LENGTH;
        break;
    case SETPOINT:
        if (length != 10) {
            reason = REFUSED_LENGTH;
        } else if (get32(payload) < -36100 || get32(payload) > 36100 || get32(payload + 4) < -36000 || get32(payload + 4) > 36000) {
            reason = REFUSED_OUT_OF_RANGE;
        } else {
            reason = motion_set_point(m, get32(payload), get32(payload + 4), (int16_t)get16(payload + 8));
        }
        if (reason == ACCEPTED)
            motion_alive(m);
        break;
    case BEAT:
        motion_alive(m);
        break;
    case LIMITS:
        reason = length == 22 ? set_limits(m, payload) : REFUSED_LENGTH;
        break;
    case RESET:
        reason = motion_reset(m);
        break;
    case DISABLE:
        motion_disable(m);
        break;
    default:
        reason = REFUSED_UNKNOWN;
    }
    if (reason != ACCEPTED)
        return answer_refused(kind, reason, out, sequence);
    return answer_state(m, out, sequence);
}

static void drop(struct protocol *p, uint8_t count)
{
    uint8_t i;

    for (i = count; i < p->count; i++)
        p->buffer[i - count] = p->buffer[i];
    p->count = (uint8_t)(p->count - count);
}

uint8_t protocol_byte(struct protocol *p, struct motion *m, uint8_t byte, uint8_t *answer)
{
    uint8_t end, length = 0;

    p->silent_ms = 0;
    p->buffer[p->count++] = byte;
    while (p->count) {
        if (p->buffer[0] != SYNC || (p->count > 2 && p->buffer[2] > LONGEST_PAYLOAD)) {
            drop(p, 1);
            continue;
        }
        if (p->count < HEAD)
            break;
        end = (uint8_t)(HEAD + p->buffer[2] + 2);
        if (p->count < end)
            break;
        if (crc16(p->buffer + 1, (uint8_t)(end - 3)) != get16(p->buffer + end - 2)) {
            drop(p, 1);
            continue;
        }
        length = obey(p, m, answer);
        drop(p, end);
    }
    return length;
}

void protocol_millisecond(struct protocol *p)
{
    if (p->count && ++p->silent_ms >= TORN_AFTER_MS) {
        p->count = 0;
        p->silent_ms = 0;
    }
}
