import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useMarks } from '../../canvas/overlay';
import { runCommand } from '../../commands/registry';
import { useDrawingState, useKindsState } from '../../editor/drawing';
import { flyTo, select, toggleSelected, useView } from '../../editor/view';
import { useI18n } from '../../i18n/useI18n';
import { Icon, PathIcon } from '../../ui/Icon';
import { cx } from '../../ui/cx';
import styles from './Outline.module.css';
import { linesOf, type Line } from './tree';

/** The drawing as a tree: the way through it by keyboard and by screen reader. */
export function Outline() {
  const { t, of } = useI18n();
  const { nodes, edges, flows, rects } = useDrawingState();
  const kinds = useKindsState((state) => state.kinds);
  const selected = useView((view) => view.selectedNodes);
  const spofs = useMarks((marks) => marks.spofs);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [focused, setFocused] = useState<string | null>(null);
  const tree = useRef<HTMLUListElement>(null);
  const lines = useMemo(() => linesOf(nodes.values(), edges.values(), closed), [nodes, edges, closed]);
  const at = lines.some(({ node }) => node.id === focused) ? focused : (lines[0]?.node.id ?? null);

  const [chosen] = selected;
  useEffect(() => {
    if (chosen !== undefined) tree.current?.querySelector(`[data-id="${chosen}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);

  if (lines.length === 0) return <p className={styles['empty']}>{t('outline.empty')}</p>;

  const show = (id: string): void => {
    const rect = rects.get(id);
    select([id]);
    if (rect) flyTo([rect]);
  };
  const focus = (line: Line | undefined): void => {
    if (!line) return;
    setFocused(line.node.id);
    tree.current?.querySelector<HTMLElement>(`[data-id="${line.node.id}"]`)?.focus();
  };
  const fold = (id: string, shut: boolean): void => {
    const next = new Set(closed);
    if (shut) next.add(id);
    else next.delete(id);
    setClosed(next);
  };
  const onKey = (event: KeyboardEvent, line: Line): void => {
    const place = lines.indexOf(line);
    const { id } = line.node;
    switch (event.key) {
      case 'ArrowDown':
        focus(lines[place + 1]);
        break;
      case 'ArrowUp':
        focus(lines[place - 1]);
        break;
      case 'Home':
        focus(lines[0]);
        break;
      case 'End':
        focus(lines.at(-1));
        break;
      case 'ArrowRight':
        if (line.hasChildren && closed.has(id)) fold(id, false);
        else focus(lines[place + 1]);
        break;
      case 'ArrowLeft':
        if (line.hasChildren && !closed.has(id)) fold(id, true);
        else focus(lines.find(({ node }) => node.id === line.parent));
        break;
      case 'Enter':
        show(id);
        break;
      case ' ':
        toggleSelected(id, 'selectedNodes');
        break;
      case 'F2':
        select([id]);
        runCommand('rename');
        break;
      case 'Delete':
        select([id]);
        runCommand('delete');
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <ul ref={tree} role="tree" aria-label={t('outline.title')} aria-multiselectable="true" className={styles['tree']}>
      {lines.map((line) => {
        const { node, depth, hasChildren, targets } = line;
        const kind = kinds.node.get(node.kind);
        const sent = [...flows.values()].filter(({ source }) => source === node.id).length;
        return (
          <li
            key={node.id}
            role="treeitem"
            data-id={node.id}
            aria-level={depth}
            aria-posinset={line.position}
            aria-setsize={line.siblings}
            aria-selected={selected.has(node.id)}
            {...(hasChildren ? { 'aria-expanded': !closed.has(node.id) } : {})}
            tabIndex={node.id === at ? 0 : -1}
            className={cx(styles['line'], selected.has(node.id) && styles['selected'])}
            style={{ paddingInlineStart: `${8 + (depth - 1) * 16}px` }}
            onFocus={() => setFocused(node.id)}
            onClick={(event) => (event.shiftKey || event.ctrlKey || event.metaKey ? toggleSelected(node.id, 'selectedNodes') : show(node.id))}
            onKeyDown={(event) => onKey(event, line)}
          >
            <span
              className={cx(styles['fold'], hasChildren && !closed.has(node.id) && styles['open'])}
              aria-hidden="true"
              onClick={(event) => {
                event.stopPropagation();
                if (hasChildren) fold(node.id, !closed.has(node.id));
              }}
            >
              {hasChildren && <Icon name="down" size={14} />}
            </span>
            {kind && <PathIcon path={kind.icon} size={16} />}
            <span className={styles['name']}>{node.name ?? node.id}</span>
            {(node.replicas ?? 1) > 1 && (
              <span className={styles['note']} aria-label={t('outline.replicas', { count: node.replicas ?? 1 })}>
                ×{node.replicas}
              </span>
            )}
            {spofs.has(node.id) && (
              <span className={styles['spof']} title={t('canvas.badge.spof')}>
                <Icon name="warning" size={15} />
                <span className="visually-hidden">{t('canvas.badge.spof')}</span>
              </span>
            )}
            <span className="visually-hidden">
              {kind && of(kind.title)} {sent > 0 && t('outline.flows', { count: sent })}{' '}
              {targets.map((target) => t('outline.to', { name: nodes.get(target)?.name ?? target })).join(', ')}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
