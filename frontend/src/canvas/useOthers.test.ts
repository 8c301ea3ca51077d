import { describe, expect, it } from 'vitest';
import { draggedTo } from './useOthers';

const rects = new Map([['web', { x: 0, y: 0, width: 176, height: 64 }]]);

describe('what others drag', () => {
  it('is shown where they hold it, in its own size', () => {
    expect(draggedTo([['web', 300, -20]], rects)).toEqual(new Map([['web', { x: 300, y: -20, width: 176, height: 64 }]]));
  });

  it('is nothing when it was deleted meanwhile, or nobody drags', () => {
    expect(draggedTo([['gone', 300, -20]], rects)).toBeNull();
    expect(draggedTo([], rects)).toBeNull();
  });
});
