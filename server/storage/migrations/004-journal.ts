/**
 * From here on the newest rows may be in a journal beside the database. Nothing changes in it; but a version that does not know of
 * the journal must refuse the store, or it would open texts without what was written last.
 */
export async function up(): Promise<void> {}
