import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconDownload, IconFileCheck, IconShieldCheck } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { tenantApi as api } from '@/api/client';
import type { SavedHead } from '@/api/types';
import { toast } from '@/components';
import c from '../settings.module.css';
import { fileNameOf, type HeadProblem, readHead } from './head';
import { Verdict } from './Verdict';

class NoHead extends Error {
  constructor(readonly problem: HeadProblem) {
    super(problem);
  }
}

/** The bar of the log: filters on one side, its chain on the other, and what a check has found below. */
export function Chain({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const qc = useQueryClient();
  const file = useRef<HTMLInputElement>(null);
  const verify = useMutation({
    meta: { silent: true },
    mutationFn: async (saved?: File) => {
      let expected: SavedHead | undefined;
      if (saved) {
        const slug = location.hostname.split('.')[0];
        const read = readHead(await saved.text(), slug);
        if (typeof read === 'string') throw new NoHead(read);
        expected = read;
      }
      const body = expected ? { expected } : {};
      const verdict = await api.post('/audit/verify', { body });
      return { verdict, expected };
    },
    onSuccess: () => qc.invalidateQueries({ queryKey: ['audit', 'list'] }),
    onError: (e) => {
      if (!(e instanceof NoHead)) toast.failure(e);
    },
  });
  const save = useMutation({
    mutationFn: () => api.get('/audit/head'),
    onSuccess: (head) => {
      download(fileNameOf(head), `${JSON.stringify(head, null, 2)}\n`);
      toast.done(t('audit.headSaved'));
    },
  });
  const wrongFile = verify.error instanceof NoHead ? verify.error.problem : null;
  return (
    <>
      <div className={c.bar}>
        {children}
        <span className={c.grow} />
        <Button.Group>
          <Button
            variant="default"
            leftSection={<IconShieldCheck size={15} aria-hidden />}
            loading={verify.isPending}
            onClick={() => verify.mutate(undefined)}
          >
            {t('audit.verify')}
          </Button>
          <Menu position="bottom-end" withinPortal={false} floatingStrategy="fixed" width={250}>
            <Menu.Target>
              <Button variant="default" px={7} aria-label={t('audit.more')} loading={save.isPending}>
                <IconChevronDown size={15} aria-hidden />
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconDownload size={15} />} onClick={() => save.mutate()}>
                {t('audit.saveHead')}
              </Menu.Item>
              <Menu.Item leftSection={<IconFileCheck size={15} />} onClick={() => file.current?.click()}>
                {t('audit.checkHead')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </Button.Group>
        <input
          ref={file}
          type="file"
          accept="application/json,.json"
          hidden
          data-testid="saved-head"
          onChange={(e) => {
            const chosen = e.currentTarget.files?.[0];
            e.currentTarget.value = '';
            if (chosen) verify.mutate(chosen);
          }}
        />
      </div>
      {!verify.isPending && (verify.data || wrongFile) && (
        <Verdict
          verdict={wrongFile ? undefined : verify.data?.verdict}
          expected={verify.data?.expected}
          wrongFile={wrongFile}
          onClose={verify.reset}
        />
      )}
    </>
  );
}

function download(name: string, text: string) {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
