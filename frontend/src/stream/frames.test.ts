import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FrameError, column, decodeFrame, readFrame, type Frame } from './frames';
import type { FrameMessage, Hello } from './messages';

const folder = new URL('../../../tests/fixtures/frames/', import.meta.url);

interface Golden {
  readonly hello: Hello;
  readonly frame: FrameMessage;
  readonly binary_hex: string;
}

const golden = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => [name, JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Golden] as const);

function bytes(hex: string): ArrayBuffer {
  const array = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return array.buffer;
}

const plain = (frame: Frame) => ({
  n: frame.n,
  t_s: frame.t_s,
  nodes: Object.fromEntries([...frame.nodes].map(([name, values]) => [name, [...values]])),
  edges: Object.fromEntries([...frame.edges].map(([name, values]) => [name, [...values]])),
  flows: Object.fromEntries([...frame.flows].map(([name, values]) => [name, [...values]])),
});

describe.each(golden)('frame %s', (_name, { hello, frame, binary_hex }) => {
  it('reads the same from bytes as from JSON', () => {
    expect(plain(decodeFrame(bytes(binary_hex), hello))).toEqual(plain(readFrame(frame, hello)));
  });

  it('keeps a missing figure missing', () => {
    const missing = Object.entries(frame.nodes).find(([, values]) => values.includes(null));
    if (!missing) return;
    const [name, values] = missing;
    const read = column(decodeFrame(bytes(binary_hex), hello), 'nodes', name);
    expect(read?.[values.indexOf(null)]).toBeNaN();
  });

  it('refuses bytes that are cut off, of another version or of another type', () => {
    const whole = bytes(binary_hex);
    expect(() => decodeFrame(whole.slice(0, whole.byteLength - 1), hello)).toThrow(FrameError);
    expect(() => decodeFrame(whole.slice(0, 4), hello)).toThrow(FrameError);
    const newer = new Uint8Array(whole.slice(0));
    newer[0] = 2;
    expect(() => decodeFrame(newer.buffer, hello)).toThrow(/version 2/);
    const other = new Uint8Array(whole.slice(0));
    other[1] = 9;
    expect(() => decodeFrame(other.buffer, hello)).toThrow(/type 9/);
  });
});

it('has golden frames to read', () => {
  expect(golden.length).toBeGreaterThan(0);
});
