import type { Translate } from '../i18n/useI18n';
import type { MenuItem } from '../ui/Menu';
import { shown } from './chord';
import { isAvailable } from './command';
import { commandOf, runCommand, type CommandId } from './registry';

/** Commands as items of a menu; those that make no sense now are left out. */
export function menuItems(ids: readonly CommandId[], t: Translate): MenuItem[] {
  return ids.flatMap((id) => {
    const command = commandOf(id);
    if (!isAvailable(command)) return [];
    const [chord] = command.keys;
    return [
      {
        id,
        label: t(`cmd.${id}`),
        ...(command.icon ? { icon: command.icon } : {}),
        keys: chord === undefined ? undefined : shown(chord),
        danger: id === 'delete',
        run: () => void runCommand(id),
      },
    ];
  });
}
