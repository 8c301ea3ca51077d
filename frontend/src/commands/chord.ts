/** Keys as people press them, on any layout: a Korean one types ㅋ where the shortcut says Z. */

export interface Press {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

const PUNCTUATION: Readonly<Record<string, readonly [plain: string, shifted: string]>> = {
  Slash: ['/', '?'],
  Equal: ['=', '+'],
  Minus: ['-', '_'],
  Comma: [',', '<'],
  Period: ['.', '>'],
  BracketLeft: ['[', '{'],
  BracketRight: [']', '}'],
};

/** The name of the pressed key: `Z`, `1`, `?`, `ArrowUp`, `Delete`, `Space`. */
function keyName({ key, code, shiftKey, altKey }: Press): string {
  if (code.startsWith('Digit')) return code.slice(5);
  if (code === 'Space') return 'Space';
  const isLatin = /^[\x21-\x7e]$/.test(key);
  if (isLatin && !altKey) return key.toUpperCase();
  if (code.startsWith('Key')) return code.slice(3);
  const pair = PUNCTUATION[code];
  if (pair && !isLatin) return pair[shiftKey ? 1 : 0];
  return key.length === 1 ? key.toUpperCase() : key;
}

/** `Mod++` is Mod and the plus sign. */
function partsOf(chord: string): string[] {
  return chord
    .split('+')
    .filter((part, i, all) => part !== '' || i === all.length - 1)
    .map((part) => part || '+');
}

/** Whether that press is the chord. `Mod` is Command on Apple keyboards, Control elsewhere. */
export function matches(chord: string, press: Press, apple = isApple()): boolean {
  const parts = partsOf(chord);
  const name = parts.at(-1) ?? '';
  const wants = new Set(parts.slice(0, -1));
  const [mod, other] = apple ? [press.metaKey, press.ctrlKey] : [press.ctrlKey, press.metaKey];
  if (mod !== wants.has('Mod') || other) return false;
  if (press.altKey !== wants.has('Alt')) return false;
  // A sign such as `?` says by itself whether Shift is needed.
  const isSign = name.length === 1 && !/[A-Z0-9]/.test(name);
  if (!isSign && press.shiftKey !== wants.has('Shift')) return false;
  return keyName(press) === name;
}

function isApple(): boolean {
  return /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '');
}

const APPLE: Readonly<Record<string, string>> = { Mod: '⌘', Shift: '⇧', Alt: '⌥' };
const SIGNS: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  Delete: 'Del',
};

/** The chord as it is shown: `Ctrl+Shift+Z`, on a Mac `⇧⌘Z`. */
export function shown(chord: string, apple = isApple()): string {
  const names = partsOf(chord).map((part) => SIGNS[part] ?? (apple ? (APPLE[part] ?? part) : part === 'Mod' ? 'Ctrl' : part));
  return names.join(apple ? '' : '+');
}

/** Single keys act only on the canvas; chords with Mod or Alt, and function keys, anywhere but in a field. */
export function isSingle(chord: string): boolean {
  return !/^(Mod|Alt)\+/.test(chord) && !/^F\d+$/.test(chord) && chord !== 'Escape';
}
