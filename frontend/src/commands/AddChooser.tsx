import { useMemo } from 'react';
import { useDrawingState, useKindsState } from '../editor/drawing';
import { useI18n } from '../i18n/useI18n';
import { joinOf } from '../model/catalogue';
import { PathIcon } from '../ui/Icon';
import { Picker, type Choice } from '../ui/Picker';
import { insertNode, type Adding } from './insert';

/** Which kind is to be added; from a node, only kinds that can be joined to it. */
export function AddChooser({ adding, onClose }: { readonly adding: Adding; readonly onClose: () => void }) {
  const { t, of } = useI18n();
  const kinds = useKindsState((state) => state.kinds);
  const from = useDrawingState((state) => (adding.from === undefined ? undefined : state.nodes.get(adding.from)));
  const choices = useMemo((): Choice[] => {
    const groups = new Map(kinds.catalogue.groups.map((group) => [group.id, of(group.title)]));
    const isFit = (kind: string): boolean => {
      if (!from) return true;
      return joinOf(kinds, ...(adding.end === 'target' ? ([kind, from.kind] as const) : ([from.kind, kind] as const))) !== undefined;
    };
    return kinds.catalogue.kinds
      .filter((kind) => isFit(kind.id))
      .map((kind) => ({
        id: kind.id,
        label: of(kind.title),
        words: `${kind.id.replaceAll('_', ' ')} ${kind.title.en} ${kind.title.ko}`,
        group: groups.get(kind.group) ?? kind.group,
        icon: <PathIcon path={kind.icon} />,
        run: () => void insertNode(kind.id, adding),
      }));
  }, [kinds, from, adding, of]);
  const label = from ? t('commands.connected', { name: from.name ?? from.id }) : t('commands.choose');
  return <Picker label={label} placeholder={t('palette.search')} none={t('palette.none')} choices={choices} onClose={onClose} />;
}
