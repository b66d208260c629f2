/* The reference board: an ATmega328P at 16 MHz.
 *
 *   D0/D1   serial port, 115200 baud
 *   D10-13  SPI to a 14 bit magnetic angle sensor (16 bit word: even parity, error flag, angle)
 *   D9      PWM, 8 kHz: the magnitude of the torque asked of a current-controlled bridge, full scale 1.4 N m
 *   D7      direction, high is counter-clockwise
 *
 * Everything happens in one loop; interrupts only move bytes and count milliseconds.  A program that hangs for 60 ms is
 * restarted by the watchdog, with the bridge off, and says so.
 */
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>
#include <avr/wdt.h>

#include "protocol.h"

#define PWM_TOP 1000
#define DIRECTION_PIN PD7
#define PWM_PIN PB1
#define SELECT_PIN PB2
#define RING 64

static volatile uint8_t rx_ring[RING], tx_ring[RING];
static volatile uint8_t rx_head, rx_tail, tx_head, tx_tail, milliseconds;
static struct motion motion;
static struct protocol protocol;

ISR(USART_RX_vect)
{
    uint8_t byte = UDR0, next = (rx_head + 1) % RING;

    if (next != rx_tail) {
        rx_ring[rx_head] = byte;
        rx_head = next;
    }
}

ISR(USART_UDRE_vect)
{
    if (tx_head == tx_tail) {
        UCSR0B &= (uint8_t)~(1 << UDRIE0);
    } else {
        UDR0 = tx_ring[tx_tail];
        tx_tail = (tx_tail + 1) % RING;
    }
}

ISR(TIMER0_COMPA_vect) { milliseconds++; }

static void send(const uint8_t *data, uint8_t count)
{
    while (count--) {
        uint8_t next = (tx_head + 1) % RING;
        if (next == tx_tail)
            return;     /* an answer that nobody fetches is dropped, never waited for */
        tx_ring[tx_head] = *data++;
        tx_head = next;
    }
    UCSR0B |= 1 << UDRIE0;
}

static uint8_t spi(uint8_t out)
{
    SPDR = out;
    while (!(SPSR & (1 << SPIF)))
        ;
    return SPDR;
}

static uint16_t read_encoder(void)
{
    uint16_t word;

    PORTB &= (uint8_t)~(1 << SELECT_PIN);
    word = (uint16_t)spi(0xFF) << 8;
    word |= spi(0xFF);
    PORTB |= 1 << SELECT_PIN;
    return word;
}

static bool parity_even(uint16_t word)
{
    word ^= word >> 8;
    word ^= word >> 4;
    word ^= word >> 2;
    word ^= word >> 1;
    return !(word & 1);
}

static void drive(int16_t torque_mnm)
{
    uint16_t magnitude = (uint16_t)(torque_mnm < 0 ? -torque_mnm : torque_mnm);

    if (torque_mnm < 0)
        PORTD &= (uint8_t)~(1 << DIRECTION_PIN);
    else
        PORTD |= 1 << DIRECTION_PIN;
    OCR1A = (uint16_t)((uint32_t)magnitude * PWM_TOP / HARD_TORQUE_MNM);
}

static void set_up(void)
{
    DDRB = 1 << PWM_PIN | 1 << SELECT_PIN | 1 << PB3 | 1 << PB5;
    PORTB = 1 << SELECT_PIN;
    DDRD = 1 << DIRECTION_PIN;
    TCCR1A = 1 << COM1A1;                               /* phase and frequency correct, top in ICR1: 8 kHz */
    TCCR1B = 1 << WGM13 | 1 << CS10;
    ICR1 = PWM_TOP;
    TCCR0A = 1 << WGM01;                                /* 16 MHz / 64 / 250 = 1 kHz */
    TCCR0B = 1 << CS01 | 1 << CS00;
    OCR0A = 249;
    TIMSK0 = 1 << OCIE0A;
    UCSR0A = 1 << U2X0;
    UBRR0 = 16;                                         /* 115200 baud with double speed, 2.1 % off */
    UCSR0C = 3 << UCSZ00;
    UCSR0B = 1 << RXEN0 | 1 << TXEN0 | 1 << RXCIE0;
    SPCR = 1 << SPE | 1 << MSTR | 1 << CPHA;            /* 4 MHz */
    set_sleep_mode(SLEEP_MODE_IDLE);
}

int main(void)
{
    uint8_t answer[LONGEST_FRAME], seen = 0;
    bool after_watchdog = MCUSR & (1 << WDRF);

    MCUSR = 0;
    wdt_enable(WDTO_60MS);
    set_up();
    motion_init(&motion, after_watchdog);
    sei();
    for (;;) {
        cli();
        if (rx_head == rx_tail && milliseconds == seen) {
            sleep_enable();
            sei();
            sleep_cpu();
            sleep_disable();
        }
        sei();
        if (milliseconds != seen) {
            uint16_t word = read_encoder();

            seen++;
            drive(motion_step(&motion, word & 0x3FFF, parity_even(word) && !(word & 0x4000)));
            protocol_millisecond(&protocol);
            wdt_reset();
        }
        if (rx_head != rx_tail) {
            uint8_t count = protocol_byte(&protocol, &motion, rx_ring[rx_tail], answer);

            rx_tail = (rx_tail + 1) % RING;
            send(answer, count);
        }
    }
}
