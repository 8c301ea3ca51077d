import { describe, expect, it } from 'vitest';
import { fitLabel } from './label';

/** Every letter is half as wide as it is high. */
const widthOf = (text: string): number => text.length * 0.5;

describe('the name on a card', () => {
  const room = { width: 70, height: 30 };

  it('stands on one line where it fits', () => {
    expect(fitLabel('cart', room, 9, 13, widthOf)).toEqual({ lines: ['cart'], size: 13 });
  });

  it('is broken after a separator rather than made small', () => {
    expect(fitLabel('product-catalog', room, 9, 13, widthOf).lines).toEqual(['product-', 'catalog']);
    expect(fitLabel('orderHistory service', room, 9, 12, widthOf).lines).toEqual(['orderHistory', 'service']);
  });

  it('is broken inside a word only where nothing else can be read', () => {
    expect(fitLabel('recommendation', room, 9, 13, widthOf).lines).toEqual(['recommendation']);
    expect(fitLabel('recommendation', { width: 56, height: 30 }, 9, 13, widthOf)).toEqual({ lines: ['recommendation'], size: 8 });
    expect(fitLabel('recommendation', { width: 50, height: 30 }, 9, 13, widthOf).lines).toEqual(['recomme', 'ndation']);
  });

  it('is cut between words where that does not waste the line', () => {
    expect(fitLabel('Checkout and payment orchestration service', room, 9, 13, widthOf).lines[0]).toBe('Checkout and');
    expect(fitLabel('A containerorchestrationplatformforall', room, 9, 13, widthOf).lines[0]).toBe('A containerorch');
  });

  it('is cut only beyond two lines, and never smaller than can be read', () => {
    const { lines, size } = fitLabel('a-very-long-name-of-a-service-that-nobody-shortened', room, 9, 13, widthOf);
    expect(size).toBe(9);
    expect(lines).toHaveLength(2);
    expect(lines[1]?.endsWith('…')).toBe(true);
    expect(lines.every((line) => widthOf(line) * size <= room.width)).toBe(true);
    expect(lines[0]).toBe('a-very-long-');
  });
});
