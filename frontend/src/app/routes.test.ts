import { describe, expect, it } from 'vitest';
import { routeOf } from './routes';

const ID = '0b7f9a52-4c3e-4a3b-9a53-1f0f0d3c2b1a';

describe('the address says where one is', () => {
  it.each([
    ['/', { page: 'gallery' }],
    [`/d/${ID}`, { page: 'design', design: ID, run: null }],
    [`/d/${ID}/runs/${ID}`, { page: 'design', design: ID, run: ID }],
    [`/s/${ID}`, { page: 'shared', link: ID }],
    [`/embed/${ID}`, { page: 'embed', link: ID }],
    ['/d/nothing', { page: 'lost' }],
  ])('%s', (path, route) => {
    expect(routeOf(path)).toEqual(route);
  });
});
