import { aligns, distributeX, distributeY } from './arrange';
import { copy, cut, duplicate, paste } from './clipboard';
import { isAvailable, type Command } from './command';
import { run, save } from './design';
import { group } from './group';
import { add, grows } from './insert';
import { fit, fitSelection, toolPan, toolSelect, zoomIn, zoomOut, zoomReset } from './look';
import { connectFrom, rename } from './name';
import { nudges, pushes } from './nudge';
import { palette, search, sheet } from './open';
import { remove } from './remove';
import { escape, neighbours, selectAll } from './select';
import { tidy } from './tidy';
import { redoCommand, undoCommand } from './undo';

const ALL = [
  undoCommand, redoCommand, cut, copy, paste, duplicate, remove, rename,
  selectAll, escape, search, ...neighbours,
  add, connectFrom, ...grows,
  group, tidy, ...aligns, distributeX, distributeY, ...nudges, ...pushes,
  zoomIn, zoomOut, zoomReset, fit, fitSelection, toolSelect, toolPan, palette, sheet,
  run, save,
] as const;

export type CommandId = (typeof ALL)[number]['id'];

/** Every command, in the order of the sheet. Keys, menus, palette and buttons all run these. */
export const COMMANDS: readonly Command<CommandId>[] = ALL;

const byId = new Map(COMMANDS.map((each) => [each.id, each]));

export function commandOf(id: CommandId): Command<CommandId> {
  const found = byId.get(id);
  if (!found) throw new Error(`no command ${id}`);
  return found;
}

/** Runs a command if it makes sense now; whether it did. */
export function runCommand(id: CommandId): boolean {
  const found = commandOf(id);
  if (!isAvailable(found)) return false;
  found.run();
  return true;
}
