const CONTROL_CHARACTER_OR_BACKSLASH = /[\u0000-\u001f\u007f-\u009f\\]/;

/**
 * Where to go after signing in. Only a path of this origin comes through, because `?next=` is
 * written by whoever made the link. Call it again when the path is used, not only when it is stored.
 */
export function safeReturnPath(candidate: string | null | undefined, fallback = "/"): string {
  if (!candidate || !candidate.startsWith("/") || candidate.startsWith("//")) return fallback;
  // Browsers read a backslash as a slash and drop tabs and newlines, so `/\evil` and `/<tab>/evil` leave the origin.
  if (CONTROL_CHARACTER_OR_BACKSLASH.test(candidate)) return fallback;
  const base = "https://own.invalid";
  if (!URL.canParse(candidate, base)) return fallback;
  const url = new URL(candidate, base);
  if (url.origin !== base) return fallback;
  const path = url.pathname + url.search + url.hash;
  // Dot segments can collapse into a second leading slash: `/.//evil`.
  return path.startsWith("//") ? fallback : path;
}
