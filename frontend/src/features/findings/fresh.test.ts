import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Topology } from '../../model/types';
import { FreshElements, isHeldBack, type RoleOf } from './fresh';

const roleOf: RoleOf = (kind) => (kind === 'client' ? 'client' : kind === 'zone' ? 'container' : 'other');

/** `users` is a client, `az` a zone; edges as `users-web`. */
function drawing(ids: string, edges = ''): Topology {
  const words = (text: string): string[] => text.split(' ').filter(Boolean);
  return {
    format: 'linchpin/1',
    name: '',
    nodes: words(ids).map((id) => ({ id, kind: id === 'users' ? 'client' : id === 'az' ? 'zone' : 'service' })),
    edges: words(edges).map((id) => ({ id, source: id.split('-')[0] ?? '', target: id.split('-')[1] ?? '' })),
  };
}

let fresh: FreshElements;
const ids = (): string[] => [...fresh.ids];

beforeEach(() => {
  vi.useFakeTimers();
  fresh = new FreshElements();
});
afterEach(() => vi.useRealTimers());

describe('what was just added', () => {
  it('is nothing of what the drawing held when it was opened', () => {
    fresh.update(drawing('users web'), roleOf);
    expect(ids()).toEqual([]);
  });

  it('is not judged until requests reach it, over whatever stands between', () => {
    fresh.update(drawing('users web', 'users-web'), roleOf);
    fresh.update(drawing('users web db', 'users-web'), roleOf);
    expect(ids()).toEqual(['db']);
    fresh.update(drawing('users web db disk', 'users-web db-disk'), roleOf);
    expect(ids()).toEqual(['db', 'disk']);
    fresh.update(drawing('users web db disk', 'users-web web-db db-disk'), roleOf);
    expect(ids()).toEqual([]);
  });

  it('is reached against the direction of its own edges, as automation is', () => {
    fresh.update(drawing('users web', 'users-web'), roleOf);
    fresh.update(drawing('users web robot', 'users-web robot-web'), roleOf);
    expect(ids()).toEqual([]);
  });

  it('holds clients that call nothing, and no containers', () => {
    fresh.update(drawing(''), roleOf);
    fresh.update(drawing('users az'), roleOf);
    expect(ids()).toEqual(['users']);
  });

  it('is judged like anything else once the drawing rests', () => {
    const heard = vi.fn();
    fresh.subscribe(heard);
    fresh.update(drawing('users'), roleOf);
    fresh.update(drawing('users web'), roleOf);
    vi.advanceTimersByTime(19_000);
    fresh.update(drawing('users web db'), roleOf);
    vi.advanceTimersByTime(19_000);
    expect(ids()).toEqual(['web', 'db']);
    vi.advanceTimersByTime(1_001);
    expect(ids()).toEqual([]);
    expect(heard).toHaveBeenCalledTimes(3);
    fresh.update(drawing('users web db'), roleOf);
    expect(ids()).toEqual([]);
  });

  it('does not begin to rest anew with every pointer that somebody moves', () => {
    fresh.update(drawing('users'), roleOf);
    const same = drawing('users web');
    fresh.update(same, roleOf);
    vi.advanceTimersByTime(15_000);
    fresh.update(same, roleOf);
    vi.advanceTimersByTime(5_001);
    expect(ids()).toEqual([]);
  });

  it('holds back what is said of it alone, and nothing that concerns others, too', () => {
    const held = new Set(['web', 'db']);
    expect(isHeldBack({ components: ['web', 'db'] }, held)).toBe(true);
    expect(isHeldBack({ components: ['web', 'lb'] }, held)).toBe(false);
    expect(isHeldBack({ components: [] }, held)).toBe(false);
  });
});
