/* The reference board without a board: the compiled firmware in an emulated chip, with its sensor, bridge and serial port
 * as function calls.  Built into a shared library and driven from Python; time passes only in chip_run_us. */
#include <simavr/avr_adc.h>
#include <simavr/avr_ioport.h>
#include <simavr/avr_spi.h>
#include <simavr/avr_uart.h>
#include <simavr/sim_avr.h>
#include <simavr/sim_elf.h>
#include <stdlib.h>
#include <string.h>

#define FREQUENCY 16000000UL
#define CYCLES_PER_BYTE (FREQUENCY / 11520UL)   /* ten bits at 115200 baud */
#define RING 4096

/* Data addresses of the ATmega328P, from its data sheet. */
#define REG_PORTD 0x2B
#define REG_OCR1A 0x88
#define REG_TCCR1A 0x80
#define COM1A1 7
#define DIRECTION_PIN 7

struct chip {
    avr_t *avr;
    avr_irq_t *uart_in, *spi_in;
    uint8_t to_chip[RING], from_chip[RING];
    int to_head, to_tail, from_head, from_tail;
    avr_cycle_count_t next_byte;
    uint16_t encoder_word, latched_word;
    int spi_byte;
    uint8_t saved_code[2];
    avr_flashaddr_t hung_at;
    int hung;
};

static void on_uart(struct avr_irq_t *irq, uint32_t value, void *param)
{
    struct chip *c = param;
    int next = (c->from_head + 1) % RING;

    (void)irq;
    if (next != c->from_tail) {
        c->from_chip[c->from_head] = (uint8_t)value;
        c->from_head = next;
    }
}

static void on_select(struct avr_irq_t *irq, uint32_t value, void *param)
{
    struct chip *c = param;

    (void)irq;
    if (!value) {
        /* The sensor holds its answer from here on, so that both bytes belong to one angle. */
        c->spi_byte = 0;
        c->latched_word = c->encoder_word;
    }
}

static void on_spi(struct avr_irq_t *irq, uint32_t value, void *param)
{
    struct chip *c = param;

    (void)irq;
    (void)value;
    avr_raise_irq(c->spi_in, c->spi_byte++ ? c->latched_word & 0xFF : c->latched_word >> 8);
}

static void never_sleep(avr_t *avr, avr_cycle_count_t cycles) { (void)avr; (void)cycles; }

struct chip *chip_new(const char *path)
{
    elf_firmware_t firmware;
    struct chip *c = calloc(1, sizeof *c);
    uint32_t flags = 0;

    memset(&firmware, 0, sizeof firmware);
    if (!c || elf_read_firmware(path, &firmware))
        return NULL;
    firmware.frequency = FREQUENCY;
    strcpy(firmware.mmcu, "atmega328p");
    c->avr = avr_make_mcu_by_name(firmware.mmcu);
    avr_init(c->avr);
    avr_load_firmware(c->avr, &firmware);
    c->avr->log = 0;
    c->avr->sleep = never_sleep;
    avr_ioctl(c->avr, AVR_IOCTL_UART_GET_FLAGS('0'), &flags);
    flags &= ~(uint32_t)(AVR_UART_FLAG_STDIO | AVR_UART_FLAG_POLL_SLEEP);
    avr_ioctl(c->avr, AVR_IOCTL_UART_SET_FLAGS('0'), &flags);
    c->uart_in = avr_io_getirq(c->avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_INPUT);
    c->spi_in = avr_io_getirq(c->avr, AVR_IOCTL_SPI_GETIRQ(0), SPI_IRQ_INPUT);
    avr_irq_register_notify(avr_io_getirq(c->avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_OUTPUT), on_uart, c);
    avr_irq_register_notify(avr_io_getirq(c->avr, AVR_IOCTL_SPI_GETIRQ(0), SPI_IRQ_OUTPUT), on_spi, c);
    avr_irq_register_notify(avr_io_getirq(c->avr, AVR_IOCTL_IOPORT_GETIRQ('B'), 2), on_select, c);
    return c;
}

void chip_free(struct chip *c)
{
    avr_terminate(c->avr);
    free(c->avr);
    free(c);
}

int chip_run_us(struct chip *c, uint32_t microseconds)
{
    avr_cycle_count_t end = c->avr->cycle + (avr_cycle_count_t)microseconds * (FREQUENCY / 1000000UL);

    while (c->avr->cycle < end) {
        int state;

        if (c->to_tail != c->to_head && c->avr->cycle >= c->next_byte) {
            avr_raise_irq(c->uart_in, c->to_chip[c->to_tail]);
            c->to_tail = (c->to_tail + 1) % RING;
            c->next_byte = c->avr->cycle + CYCLES_PER_BYTE;
        }
        state = avr_run(c->avr);
        if (state == cpu_Done || state == cpu_Crashed)
            return -1;
    }
    return 0;
}

void chip_write(struct chip *c, const uint8_t *data, int count)
{
    while (count--) {
        int next = (c->to_head + 1) % RING;

        if (next == c->to_tail)
            return;
        c->to_chip[c->to_head] = *data++;
        c->to_head = next;
    }
}

int chip_read(struct chip *c, uint8_t *data, int most)
{
    int count = 0;

    while (count < most && c->from_tail != c->from_head) {
        data[count++] = c->from_chip[c->from_tail];
        c->from_tail = (c->from_tail + 1) % RING;
    }
    return count;
}

void chip_set_encoder(struct chip *c, uint16_t word) { c->encoder_word = word; }

/* What the bridge sees: signed duty, 0 while the chip does not drive the pin. */
int chip_duty(const struct chip *c)
{
    const uint8_t *data = c->avr->data;
    int duty = data[REG_OCR1A] | data[REG_OCR1A + 1] << 8;

    if (!(data[REG_TCCR1A] & 1 << COM1A1))
        return 0;
    return data[REG_PORTD] & 1 << DIRECTION_PIN ? duty : -duty;
}

/* A program that hangs: the next instruction becomes a jump to itself with interrupts off, as after a stray bit. */
void chip_hang(struct chip *c)
{
    c->hung_at = c->avr->pc;
    memcpy(c->saved_code, c->avr->flash + c->hung_at, 2);
    c->avr->flash[c->hung_at] = 0xFF;
    c->avr->flash[c->hung_at + 1] = 0xCF;
    c->avr->sreg[S_I] = 0;
    c->hung = 1;
}

/* Let the memory be whole again; the program still hangs until the watchdog restarts it. */
int chip_restarted(struct chip *c)
{
    if (c->hung && c->avr->pc != c->hung_at) {
        memcpy(c->avr->flash + c->hung_at, c->saved_code, 2);
        c->hung = 0;
    }
    return !c->hung;
}

/* The supply fails and comes back. */
void chip_power_cycle(struct chip *c)
{
    avr_reset(c->avr);
    c->to_head = c->to_tail = c->from_head = c->from_tail = 0;
    c->next_byte = 0;
    c->hung = 0;
}
