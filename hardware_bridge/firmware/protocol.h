/* The serial language of the reference board: see hardware_bridge/codecs/refproto.py for the document. */
#ifndef SWIVEL_PROTOCOL_H
#define SWIVEL_PROTOCOL_H

#include "motion.h"

#define PROTOCOL_VERSION 1
#define LONGEST_FRAME 40

struct protocol {
    uint8_t buffer[LONGEST_FRAME];
    uint8_t count;
    uint8_t silent_ms;
    uint16_t sequence;          /* of the last accepted frame that changes something */
    bool sequence_known;
};

/* A byte came in; an answer of up to LONGEST_FRAME bytes is put into `answer`, its length is returned. */
uint8_t protocol_byte(struct protocol *p, struct motion *m, uint8_t byte, uint8_t *answer);

/* A millisecond went by: a torn frame is forgotten. */
void protocol_millisecond(struct protocol *p);

#endif
