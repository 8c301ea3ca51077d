import { describe, expect, it } from 'vitest';
import type { Edge, Flow, Node } from '../model/types';
import { joined, mentions } from './names';

const nodes: Node[] = [
  { id: 'web', kind: 'web_server', name: '매장' },
  { id: 'cache', kind: 'cache', name: 'Prices' },
  { id: 'db-2', kind: 'database', name: '장부' },
  { id: 'lb', kind: 'load_balancer' },
];
const drawing = {
  nodes: new Map(nodes.map((node) => [node.id, node])),
  edges: new Map<string, Edge>([['e1', { id: 'e1', source: 'web', target: 'db-2' }]]),
  flows: new Map<string, Flow>(),
};

function read(text: string, ids?: readonly string[]): string {
  return joined(mentions(text, drawing, ids));
}

describe('a served sentence', () => {
  it('calls elements, replicas and connections by their names', () => {
    expect(read('web#2 waits for cache; make e1 an observe edge.')).toBe('매장 #2 waits for Prices; make 매장 → 장부 an observe edge.');
  });

  it('says which words can be gone to', () => {
    expect(mentions('lb: replicas 1 → 2', drawing)).toEqual([
      { text: 'lb', id: 'lb' },
      { text: ': replicas 1 → 2', id: null },
    ]);
  });

  it('leaves words alone that only look like an id', () => {
    expect(read('Put a cache before web-server, the cache in front; see cache.io')).toBe('Put a cache before web-server, the cache in front; see cache.io');
  });

  it('takes a word for a kind for an id only where it is about that', () => {
    expect(read('cache is asked by web, not by db-2; no web server is.', ['db-2'])).toBe('cache is asked by 매장, not by 장부; no web server is.');
  });

  it('knows what is no word for a kind also after an article', () => {
    expect(read('Run a second web beside the web.')).toBe('Run a second 매장 beside the 매장.');
  });

  it('chooses the Korean particle for the name', () => {
    expect(read('web이 db-2을 기다리고 cache는 db-2로 갑니다.')).toBe('매장이 장부를 기다리고 Prices는 장부로 갑니다.');
  });
});
