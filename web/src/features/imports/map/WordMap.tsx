import { Button, TextInput } from '@mantine/core';
import { IconArrowRight, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FieldButton } from './FieldButton';
import m from './map.module.css';

export type Meaning = { value: string; label: string };
type Props = {
  column: string;
  words: string[];
  meanings: Record<string, string>;
  options: Meaning[];
  onMean: (word: string, meaning: string | null) => void;
};

/** What the words of a column mean: their "Aktiv" is our "active". */
export function WordMap({ column, words, meanings, options, onMean }: Props) {
  const { t } = useTranslation();
  const [more, setMore] = useState('');
  const [own, setOwn] = useState<string[]>([]);
  const all = [...words, ...own.filter((w) => !words.includes(w))];
  const add = () => {
    const word = more.trim();
    if (word && !all.includes(word)) setOwn((now) => [...now, word]);
    setMore('');
  };
  return (
    <fieldset className={m.words}>
      <legend>{t('imports.map.wordsOf', { column })}</legend>
      {all.map((word) => (
        <div key={word} className={m.word}>
          <span className={m.wordText} title={word}>
            <bdi>{word}</bdi>
          </span>
          <IconArrowRight size={14} className="flip" aria-hidden />
          <FieldButton
            column={word}
            value={meanings[word] ?? null}
            options={options}
            none={t('imports.map.noMeaning')}
            onPick={(v) => onMean(word, v)}
          />
        </div>
      ))}
      <div className={m.word}>
        <TextInput
          size="xs"
          aria-label={t('imports.map.anotherWord', { column })}
          placeholder={t('imports.map.anotherWordShort')}
          value={more}
          onChange={(e) => setMore(e.currentTarget.value)}
          onKeyDown={(e) => {
            if (e.key !== 'Enter') return;
            e.preventDefault();
            add();
          }}
        />
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconPlus size={13} aria-hidden />}
          disabled={!more.trim()}
          onClick={add}
        >
          {t('imports.map.add')}
        </Button>
      </div>
    </fieldset>
  );
}
