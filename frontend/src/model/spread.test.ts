import { describe, expect, it } from 'vitest';
import { shares } from './spread';

describe('what is spread over containers', () => {
  it('is dealt evenly, the first ones taking what is left over', () => {
    const found = shares([
      { id: 'web', kind: 'web_server', name: 'Web', replicas: 5, spread: ['a', 'b', 'c'] },
      { id: 'db', kind: 'database', spread: ['b', 'a'] },
      { id: 'lb', kind: 'load_balancer', replicas: 2 },
    ]);
    expect(found.get('a')).toEqual([{ id: 'web', name: 'Web', count: 2 }]);
    expect(found.get('b')).toEqual([{ id: 'web', name: 'Web', count: 2 }, { id: 'db', name: 'db', count: 1 }]);
    expect(found.get('c')).toEqual([{ id: 'web', name: 'Web', count: 1 }]);
  });
});
