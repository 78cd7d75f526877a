export { InlinePick, InlineText } from './Inline';
export { Peek } from './Peek';
export { Fact, Facts, RecordLayout, RecordSkeleton } from './RecordLayout';
export { Timeline } from './Timeline';
