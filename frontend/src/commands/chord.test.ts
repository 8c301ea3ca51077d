import { describe, expect, it } from 'vitest';
import { isSingle, matches, shown, type Press } from './chord';

function press(key: string, code: string, held: Partial<Press> = {}): Press {
  return { key, code, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held };
}

describe('chords', () => {
  it('are read by the place of the key where the layout is Korean', () => {
    expect(matches('Mod+Z', press('ㅋ', 'KeyZ', { ctrlKey: true }), false)).toBe(true);
    expect(matches('N', press('ㅜ', 'KeyN'), false)).toBe(true);
  });

  it('are read by the letter where the layout is Latin', () => {
    expect(matches('Mod+Z', press('z', 'KeyY', { ctrlKey: true }), false)).toBe(true);
    expect(matches('Mod+Y', press('z', 'KeyY', { ctrlKey: true }), false)).toBe(false);
  });

  it('take Command for Mod on a Mac and Control elsewhere, never both', () => {
    expect(matches('Mod+K', press('k', 'KeyK', { metaKey: true }), true)).toBe(true);
    expect(matches('Mod+K', press('k', 'KeyK', { ctrlKey: true }), true)).toBe(false);
    expect(matches('Mod+K', press('k', 'KeyK', { metaKey: true }), false)).toBe(false);
  });

  it('tell Shift apart, except in signs that need it', () => {
    expect(matches('Mod+Z', press('Z', 'KeyZ', { ctrlKey: true, shiftKey: true }), false)).toBe(false);
    expect(matches('Mod+Shift+Z', press('Z', 'KeyZ', { ctrlKey: true, shiftKey: true }), false)).toBe(true);
    expect(matches('?', press('?', 'Slash', { shiftKey: true }), false)).toBe(true);
    expect(matches('Shift+1', press('!', 'Digit1', { shiftKey: true }), false)).toBe(true);
  });

  it('read plus and arrows', () => {
    expect(matches('Mod++', press('+', 'Equal', { ctrlKey: true, shiftKey: true }), false)).toBe(true);
    expect(matches('Alt+ArrowLeft', press('ArrowLeft', 'ArrowLeft', { altKey: true }), false)).toBe(true);
  });

  it('are shown as the keyboard names them', () => {
    expect(shown('Mod+Shift+Z', false)).toBe('Ctrl+Shift+Z');
    expect(shown('Mod+Shift+Z', true)).toBe('⌘⇧Z');
    expect(shown('Mod++', false)).toBe('Ctrl++');
    expect(shown('+', false)).toBe('+');
    expect(shown('Alt+ArrowLeft', false)).toBe('Alt+←');
  });

  it('are single where only the canvas may take them', () => {
    expect(['N', '?', 'Delete', 'Shift+1', 'ArrowUp'].every(isSingle)).toBe(true);
    expect(['Mod+Z', 'Alt+ArrowUp', 'F2', 'Escape'].some(isSingle)).toBe(false);
  });
});
