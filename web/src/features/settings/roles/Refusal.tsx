import { Notice } from '@/components';
import { useAccessWords } from '@/components/explain';
import { refusedKeys, roleErrorText } from './query';

/** Why the server would not have it, and which permissions or fields it is about. */
export function Refusal({ error }: { error: unknown }) {
  const words = useAccessWords();
  const keys = refusedKeys(error).filter((key) => key.includes('.'));
  return (
    <Notice tone="neg">
      {roleErrorText(error)}
      {keys.length > 0 && ` ${keys.map((key) => words.either(key)).join(', ')}`}
    </Notice>
  );
}
