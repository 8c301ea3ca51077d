import { create } from 'zustand';
import { command } from './command';

export type Opened = 'palette' | 'search' | 'keys';

/** Which of the lists over the page is open. */
export const useOpened = create<{ readonly opened: Opened | null }>(() => ({ opened: null }));

export function open(opened: Opened | null): void {
  useOpened.setState({ opened });
}

export const palette = command({
  id: 'palette',
  group: 'view',
  keys: ['Mod+K'],
  icon: 'list',
  whileTyping: true,
  run: () => open('palette'),
});

export const search = command({ id: 'search', group: 'select', keys: ['/', 'Mod+F'], icon: 'search', run: () => open('search') });

export const sheet = command({ id: 'keys', group: 'view', keys: ['?'], icon: 'help', run: () => open('keys') });
