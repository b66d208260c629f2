/* Hostile frames for the reference board's own program, compiled with address and undefined-behaviour checks.
 *
 * Usage: hostile FRAMES SEED; says "frames N answers N torque N" and ends with 0, or stops at the first thing that must not be.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol.h"

static uint64_t chance_state;

/* xorshift64* (Vigna 2016) */
static uint32_t chance(uint32_t below)
{
    chance_state ^= chance_state >> 12;
    chance_state ^= chance_state << 25;
    chance_state ^= chance_state >> 27;
    return (uint32_t)((chance_state * 0x2545F4914F6CDD1DULL) >> 33) % below;
}

static uint16_t crc16(const uint8_t *data, int count)
{
    uint16_t crc = 0xFFFF;

    while (count--) {
        crc ^= (uint16_t)(*data++ << 8);
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 0x8000 ? (uint16_t)(crc << 1) ^ 0x1021 : (uint16_t)(crc << 1);
    }
    return crc;
}

/* Values as a host may send them, and values as none would. */
static void put_number(uint8_t *p)
{
    static const int32_t edges[] = {0, 1, -1, 36000, -36000, 36001, 18000, 100, INT32_MAX, INT32_MIN, 140, 1400, 9000, -9000};
    int32_t value = chance(4) ? edges[chance(sizeof edges / sizeof *edges)] : (int32_t)(chance(0x7FFFFFFF) << 1);

    memcpy(p, &value, 4);
}

static uint8_t *put(uint8_t *p, int32_t value, int size)
{
    memcpy(p, &value, (size_t)size);
    return p + size;
}

/* What an honest host would say, so that the hostile frames find a motor that is driven. */
static void put_honest(uint8_t *p, uint8_t kind, const struct motion *m)
{
    int32_t here = m->yaw_udeg / 10000;

    if (kind == 2)
        put(p, m->session + 1, 2);
    if (kind == 3)
        put(put(put(p, here + (int32_t)chance(600) - 300, 4), (int32_t)chance(36000) - 18000, 4), (int32_t)chance(1401), 2);
    if (kind == 6) {
        p = put(put(put(p, here - 9000, 4), here + 9000, 4), 18000, 4);
        put(put(put(p, 36000, 4), 108000, 4), 1400, 2);
    }
}

static int hostile_frame(uint8_t *frame, uint16_t sequence, const struct motion *m)
{
    static const uint8_t kinds[] = {1, 2, 3, 3, 3, 3, 4, 6, 6, 7, 8, 9, 9, 10};
    static const uint8_t lengths[] = {0, 2, 10, 10, 10, 10, 0, 22, 22, 0, 0, 0, 0, 0};
    uint32_t which = chance(sizeof kinds);
    int length = chance(10) ? lengths[which] : (int)chance(33);

    if (chance(5) == 0) { /* no frame at all */
        length = 1 + (int)chance(LONGEST_FRAME);
        for (int k = 0; k < length; k++)
            frame[k] = chance(6) ? (uint8_t)chance(256) : 0xA5;
        return length;
    }
    frame[0] = 0xA5;
    frame[1] = chance(50) ? PROTOCOL_VERSION : (uint8_t)chance(256);
    frame[2] = (uint8_t)length;
    frame[3] = chance(30) ? kinds[which] : (uint8_t)chance(256);
    frame[4] = (uint8_t)sequence;
    frame[5] = (uint8_t)(sequence >> 8);
    memset(frame + 6, 0, 36);
    for (int k = 0; k < length; k += 4)
        put_number(frame + 6 + k);
    if (chance(2) && length == lengths[which])
        put_honest(frame + 6, frame[3], m);
    uint16_t crc = crc16(frame + 1, 5 + length);
    frame[6 + length] = (uint8_t)crc;
    frame[7 + length] = (uint8_t)(crc >> 8);
    if (chance(20) == 0)
        frame[chance((uint32_t)(8 + length))] ^= (uint8_t)(1u << chance(8));
    return 8 + length;
}

int main(int argc, char **argv)
{
    struct motion motion;
    struct protocol protocol;
    uint8_t frame[64], answer[LONGEST_FRAME];
    uint16_t sequence = 0, encoder = 0;
    int drift = 0; /* counts a millisecond: somebody turns the screen round and round */
    long answers = 0, frames = argc > 1 ? atol(argv[1]) : 1000;
    int most_torque = 0;

    chance_state = 0x9E3779B97F4A7C15ULL ^ (uint64_t)(argc > 2 ? atol(argv[2]) : 1);
    memset(&protocol, 0, sizeof protocol);
    motion_init(&motion, false);
    for (long n = 0; n < frames; n++) {
        sequence = (uint16_t)(chance(40) ? sequence + 1u : chance(65536));
        int length = hostile_frame(frame, sequence, &motion);
        for (int k = 0; k < length; k++) {
            int said = protocol_byte(&protocol, &motion, frame[k], answer);
            if (said > LONGEST_FRAME)
                return printf("answer of %d bytes\n", said), 1;
            answers += said > 0;
        }
        for (uint32_t ms = chance(6); ms--;) {
            encoder = (uint16_t)((encoder + (uint32_t)drift + chance(9) - 4 + (chance(5000) ? 0 : chance(16384))) & 0x3FFF);
            int torque = motion_step(&motion, encoder, chance(500) != 0);
            if (abs(torque) > HARD_TORQUE_MNM)
                return printf("torque %d mN m\n", torque), 1;
            if (torque && (motion.mode == MODE_OFF || motion.mode == MODE_FREE))
                return printf("torque %d mN m in mode %d\n", torque, motion.mode), 1;
            most_torque = abs(torque) > most_torque ? abs(torque) : most_torque;
            protocol_millisecond(&protocol);
        }
        if (chance(5000) == 0)
            drift = chance(2) ? 0 : (int)chance(41) - 20;
        if (chance(20000) == 0)
            motion_init(&motion, chance(2));
    }
    return printf("frames %ld answers %ld torque %d\n", frames, answers, most_torque), 0;
}
