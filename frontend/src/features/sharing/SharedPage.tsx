import { useEffect, useState, type ReactNode } from 'react';
import { useI18n } from '../../i18n/useI18n';
import { Message } from '../../ui/Message';
import { ApiProblem } from '../call';
import { follow, leave } from '../runs/current';
import type { SharedDesign } from '../../api/types';
import { openShared, readShared } from './api';
import { secretIn } from './links';

/** While no run is going on, how often to look for one. */
const LOOK_MS = 3_000;

interface Props {
  readonly id: string;
  /** The editor for what the link opens. */
  readonly children: (shared: SharedDesign) => ReactNode;
}

/** Opens a link: the secret of the fragment is handed over once, then the design is shown with the run that its owner sees. */
export function SharedPage({ id, children }: Props) {
  const { t } = useI18n();
  const [shared, setShared] = useState<SharedDesign | null>(null);
  const [problem, setProblem] = useState<{ gone: boolean; reason: string } | null>(null);
  useEffect(() => {
    let left = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let followed: string | null = null;
    const look = async (): Promise<void> => {
      const found = await readShared(id);
      if (left) return;
      setShared((known) => known ?? found);
      if (found.run && found.run.id !== followed) {
        followed = found.run.id;
        follow(found.run.id);
      }
      timer = setTimeout(() => void look().catch(lost), LOOK_MS);
    };
    const lost = (error: unknown): void => {
      if (left) return;
      const gone = error instanceof ApiProblem && error.status >= 400 && error.status < 500 && error.status !== 429;
      if (gone) setShared(null);
      else timer = setTimeout(() => void look().catch(lost), LOOK_MS);
      setProblem({ gone, reason: error instanceof Error ? error.message : String(error) });
    };
    const open = async (): Promise<void> => {
      const secret = secretIn(window.location.hash);
      if (secret) await openShared(id, secret);
      await look();
      setProblem(null);
    };
    open().catch(lost);
    return () => {
      left = true;
      clearTimeout(timer);
      leave();
    };
  }, [id]);
  if (shared) return <>{children(shared)}</>;
  if (problem?.gone) return <Message title={t('sharing.gone')} text={t('sharing.gone.help')} home />;
  return <Message text={problem ? t('sharing.unreachable', { reason: problem.reason }) : t('sharing.opening')} />;
}
