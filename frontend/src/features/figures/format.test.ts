import { describe, expect, it } from 'vitest';
import {
  NONE,
  formatAvailability,
  formatClock,
  formatCompact,
  formatDuration,
  formatMoney,
  formatMs,
  formatRate,
  formatShare,
  formatSigned,
  formatWhen,
  nines,
} from './format';

describe('availability', () => {
  it.each([
    [0.9, '90.00%'],
    [0.9994, '99.94%'],
    [0.999325, '99.932%'],
    [0.9999, '99.99%'],
    [0.99995, '99.995%'],
    [0.9999999, '99.99999%'],
    [1, '100%'],
    [0, '0.00%'],
  ])('%d reads %s', (value, text) => expect(formatAvailability(value, 'en')).toBe(text));

  it('is never rounded up to a hundred per cent', () => {
    expect(formatAvailability(0.99999999999, 'en')).not.toBe('100%');
  });

  it('counts nines', () => {
    expect(nines(0.999)).toBe(3);
    expect(nines(0.9995)).toBe(3.3);
    expect(nines(0)).toBe(0);
    expect(nines(1)).toBeNull();
  });
});

describe('measures', () => {
  it('choose the unit that reads best', () => {
    expect(formatMs(0.02, 'en')).toBe('20 μs');
    expect(formatMs(0.0000006, 'en')).toBe('< 1 μs');
    expect(formatMs(21.66, 'en')).toBe('21.7 ms');
    expect(formatMs(1_500, 'en')).toBe('1.5 sec');
    expect(formatMs(1_500, 'ko')).toBe('1.5초');
    expect(formatDuration(18_900, 'en')).toBe('5 hr 15 min');
    expect(formatDuration(18_900, 'ko')).toBe('5시간 15분');
    expect(formatDuration(59.7, 'en')).toBe('60 sec');
    expect(formatClock(727.28)).toBe('12:07.3');
  });

  it('shorten rates and counts', () => {
    expect(formatRate(2_105.4, 'en')).toBe('2,105/s');
    expect(formatRate(43_210, 'en')).toBe('43.2K/s');
    expect(formatCompact(43_210, 'ko')).toBe('4.32만');
  });

  it('do not write out what is smaller than any reader can use', () => {
    expect(formatShare(5e-48, 'en')).toBe('< 0.00001%');
    expect(formatShare(-5e-48, 'en')).toBe('> −0.00001%');
    expect(formatSigned(5e-48, (value) => formatShare(value, 'en'))).toBe('< 0.00001% ↑');
  });

  it('keep small shares visible', () => {
    expect(formatShare(0.2, 'en')).toBe('20%');
    expect(formatShare(0.00995, 'en')).toBe('1%');
    expect(formatShare(0.00003, 'en')).toBe('0.003%');
    expect(formatShare(0, 'en')).toBe('0%');
  });

  it('show money and signs', () => {
    expect(formatMoney(1_240, 'en')).toBe('$1,240');
    expect(formatMoney(0.5, 'en')).toBe('$0.50');
    expect(formatSigned(-60, (value) => formatMoney(value, 'en'))).toBe('−$60');
    expect(formatSigned(0, String)).toBe('±0');
  });

  it('never invent a number for what does not exist', () => {
    for (const value of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect([
        formatAvailability(value, 'en'),
        formatMs(value, 'en'),
        formatRate(value, 'en'),
        formatShare(value, 'en'),
        formatMoney(value, 'en'),
        formatDuration(value, 'en'),
      ]).toEqual(Array(6).fill(NONE));
    }
  });
});

describe('moments', () => {
  const now = Date.parse('2026-03-01T12:00:00Z');
  it('are told relative to now, then as dates', () => {
    expect(formatWhen('2026-03-01T11:57:00Z', 'en', now)).toBe('3 minutes ago');
    expect(formatWhen('2026-02-28T12:00:00Z', 'ko', now)).toBe('어제');
    expect(formatWhen('2025-12-24T12:00:00Z', 'en', now)).toContain('2025');
  });
});
