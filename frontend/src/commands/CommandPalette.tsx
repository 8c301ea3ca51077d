import { useMemo } from 'react';
import { currentKinds, useDrawingState } from '../editor/drawing';
import { flyTo, select } from '../editor/view';
import { useI18n, type I18n } from '../i18n/useI18n';
import { Icon, PathIcon } from '../ui/Icon';
import { Picker, type Choice } from '../ui/Picker';
import { shown } from './chord';
import { isAvailable } from './command';
import { insertNode } from './insert';
import { COMMANDS, runCommand } from './registry';

interface CommandPaletteProps {
  readonly onClose: () => void;
  readonly elementsOnly?: boolean;
}

/** Everything that can be done, added or found, by name. */
export function CommandPalette({ onClose, elementsOnly = false }: CommandPaletteProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const choices = useMemo(
    () => (elementsOnly ? elements(i18n) : [...commands(i18n), ...additions(i18n), ...elements(i18n)]),
    [elementsOnly, i18n],
  );
  return (
    <Picker
      label={t(elementsOnly ? 'commands.find' : 'commands.title')}
      placeholder={t(elementsOnly ? 'commands.find' : 'commands.search')}
      none={t('commands.none')}
      choices={choices}
      onClose={onClose}
    />
  );
}

function commands({ t }: I18n): Choice[] {
  return COMMANDS.filter((command) => command.id !== 'palette' && command.id !== 'escape' && isAvailable(command)).map((command) => {
    const [chord] = command.keys;
    return {
      id: command.id,
      label: t(`cmd.${command.id}`),
      words: command.id.replaceAll('_', ' '),
      group: t(`commands.group.${command.group}`),
      hint: chord === undefined ? undefined : shown(chord),
      icon: command.icon && <Icon name={command.icon} />,
      run: () => void runCommand(command.id),
    };
  });
}

function additions({ t, of }: I18n): Choice[] {
  if (useDrawingState.getState().scope !== 'edit') return [];
  return currentKinds().catalogue.kinds.map((kind) => ({
    id: `add-${kind.id}`,
    label: t('commands.add', { name: of(kind.title) }),
    words: `${kind.id.replaceAll('_', ' ')} ${kind.title.en} ${kind.title.ko}`,
    group: t('palette.title'),
    icon: <PathIcon path={kind.icon} />,
    run: () => void insertNode(kind.id),
  }));
}

function elements({ t, of }: I18n): Choice[] {
  const { nodes, edges, rects } = useDrawingState.getState();
  const kinds = currentKinds();
  const nameOf = (id: string): string => nodes.get(id)?.name ?? id;
  const found: Choice[] = [...nodes.values()].map((node) => {
    const kind = kinds.node.get(node.kind);
    return {
      id: `node-${node.id}`,
      label: node.name ?? node.id,
      words: `${node.id} ${node.kind} ${kind ? `${kind.title.en} ${kind.title.ko}` : ''}`,
      group: t('commands.elements'),
      hint: kind && of(kind.title),
      icon: kind && <PathIcon path={kind.icon} />,
      run: () => {
        const rect = rects.get(node.id);
        select([node.id]);
        if (rect) flyTo([rect]);
      },
    };
  });
  for (const edge of edges.values()) {
    found.push({
      id: `edge-${edge.id}`,
      label: `${nameOf(edge.source)} → ${nameOf(edge.target)}`,
      words: `${edge.id} ${edge.source} ${edge.target}`,
      group: t('commands.elements'),
      icon: <Icon name="link" />,
      run: () => {
        select([], [edge.id]);
        flyTo([edge.source, edge.target].flatMap((id) => rects.get(id) ?? []));
      },
    });
  }
  return found;
}
