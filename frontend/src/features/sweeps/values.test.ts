import { describe, expect, it } from 'vitest';
import { around, valuesIn } from './values';

const any = { whole: false, lowest: -Infinity, highest: Infinity };
const replicas = { whole: true, lowest: 1, highest: 1000 };

describe('the values of a number', () => {
  it('are a list, in order and each once', () => {
    expect(valuesIn('8, 2;4, 2', replicas)).toEqual([2, 4, 8]);
  });

  it('are a range, in steps that are given or not', () => {
    expect(valuesIn('10..30/5', any)).toEqual([10, 15, 20, 25, 30]);
    expect(valuesIn('0.1..0.3/0.1', any)).toEqual([0.1, 0.2, 0.3]);
    expect(valuesIn('0..1', any)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(valuesIn('1..4', replicas)).toEqual([1, 2, 3, 4]);
    expect(valuesIn('1..3, 20', replicas)).toEqual([1, 2, 3, 20]);
  });

  it('are refused where they cannot be read, are too many, or are none that it may take', () => {
    for (const text of ['', 'ten', '1..', '5..1', '1..10/0', '1..1000000/1']) expect(valuesIn(text, any)).toBeNull();
    expect(valuesIn('1, 2.5', replicas)).toBeNull();
    expect(valuesIn('0, 1', replicas)).toBeNull();
  });

  it('are proposed around what is drawn, within what it may take', () => {
    expect(around(2, replicas)).toBe('1, 2, 3, 4');
    expect(around(20, any)).toBe('10, 20, 30, 40');
    expect(around(0.8, { whole: false, lowest: 0, highest: 1 })).toBe('0.4, 0.8');
    expect(around(0, any)).toBe('0, 1, 2');
  });
});
