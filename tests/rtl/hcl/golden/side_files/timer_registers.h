/* Registers of timer. A timer that interrupts. Generated, do not edit. */
#ifndef TIMER_REGISTERS_H
#define TIMER_REGISTERS_H

#include <stdint.h>

/* Starts and stops. */
#define TIMER_CONTROL_OFFSET 0x0u
#define TIMER_CONTROL_RESET 0x900u
/* RW: Counts while set. */
#define TIMER_CONTROL_ENABLE_SHIFT 0
#define TIMER_CONTROL_ENABLE_WIDTH 1
#define TIMER_CONTROL_ENABLE_MASK 0x1u
/* W1P: Starts from zero. */
#define TIMER_CONTROL_RESTART_SHIFT 1
#define TIMER_CONTROL_RESTART_WIDTH 1
#define TIMER_CONTROL_RESTART_MASK 0x2u
/* RW: Cycles | ticks. */
#define TIMER_CONTROL_PERIOD_SHIFT 8
#define TIMER_CONTROL_PERIOD_WIDTH 8
#define TIMER_CONTROL_PERIOD_MASK 0xff00u

/* What has happened. */
#define TIMER_EVENTS_OFFSET 0x4u
#define TIMER_EVENTS_RESET 0x0u
/* W1C: Set at the end of a period. */
#define TIMER_EVENTS_DONE_SHIFT 0
#define TIMER_EVENTS_DONE_WIDTH 2
#define TIMER_EVENTS_DONE_MASK 0x3u

/* Where it stands. */
#define TIMER_COUNT_OFFSET 0xcu
#define TIMER_COUNT_RESET 0x0u
/* RO: Cycles of this period. */
#define TIMER_COUNT_VALUE_SHIFT 0
#define TIMER_COUNT_VALUE_WIDTH 32
#define TIMER_COUNT_VALUE_MASK 0xffffffffu

typedef struct {
  volatile uint32_t control;
  volatile uint32_t events;
  uint32_t reserved_8[1];
  volatile uint32_t count;
} timer_registers_t;

#endif /* TIMER_REGISTERS_H */
