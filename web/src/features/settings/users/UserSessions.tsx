import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { User } from '@/api/types';
import { toast } from '@/components';
import { SessionList } from '@/features/account/sessions/SessionList';
import { useEndUserSession, userSessionsQuery } from './query';
import c from './users.module.css';

/** `onEndAll` asks first; it is absent on one's own page, where it would end this very session. */
export function UserSessions({ user, onEndAll }: { user: User; onEndAll?: () => void }) {
  const { t } = useTranslation();
  const query = useQuery(userSessionsQuery(user.id));
  const end = useEndUserSession(user.id);
  return (
    <div className={c.sessions}>
      <SessionList
        query={query}
        ending={end.isPending ? end.variables : undefined}
        onEnd={(s) =>
          end.mutate(s.id, { onSuccess: () => toast.done(t('account.sessions.ended', { device: s.device })) })
        }
      />
      {onEndAll && Boolean(query.data?.data.length) && (
        <Button variant="default" onClick={onEndAll}>
          {t('users.action.endSessions')}
        </Button>
      )}
    </div>
  );
}
