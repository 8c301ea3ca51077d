import { useStore, ViewportPortal } from '@xyflow/react';
import { usePeople } from '../editor/drawing';
import { Icon } from '../ui/Icon';
import styles from './Canvas.module.css';

/** Where the others are; as large on the screen at any zoom. */
export function Cursors() {
  const people = usePeople((state) => state.people);
  const zoom = useStore((state) => state.transform[2]);
  if (people.length === 0) return null;
  return (
    <ViewportPortal>
      {people.map(
        ({ id, name, color, cursor }) =>
          cursor && (
            <div key={id} className={styles['cursor']} style={{ translate: `${cursor.x}px ${cursor.y}px`, scale: 1 / zoom, color }}>
              <Icon name="arrow" size={16} />
              <span style={{ background: color }}>{name}</span>
            </div>
          ),
      )}
    </ViewportPortal>
  );
}
