export { InlinePick, InlineText } from './Inline';
export { Fact, Facts, RecordLayout, RecordSkeleton } from './RecordLayout';
export { Timeline } from './Timeline';
