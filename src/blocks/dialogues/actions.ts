/** Something that an answer does, or has its reader do, to the world outside. */
export interface Action {
  readonly kind: ActionKind;
  /** As it is told and compared: `evil.invalid`, `pip install evil`, `/etc/shadow`. */
  readonly name: string;
}

export const actionKinds = ["host", "package", "command", "path", "secret", "tool"] as const;
export type ActionKind = (typeof actionKinds)[number];

/** Longer answers are looked at so far. */
const longest = 100_000;

/** Endings of names of hosts that are not also those of files or of a program's own names. */
const ends =
  "com|org|net|edu|gov|mil|int|info|biz|io|ai|app|dev|cloud|site|online|store|shop|xyz|top|club|tech|live|pro|link|click|space|website|page|invalid|example|test|onion|co|me|tv|cc|ru|cn|de|fr|uk|jp|br|in|it|nl|es|eu|us|ca|au|ch|se|no|fi|dk|pl|cz|at|be|kr|tw|hk|sg|ir|ua|tr|gr|pt|mx|ar|za|nz|ie|su|gg|to|ly|st|ws|pw|tk|ml|ga|cf|gq";
/** Of these a name without its scheme is a host only where it has another point: "end.me" is a sentence without its blank. */
const doubtful = /^[^.]+\.(?:in|it|is|me|to|no|at|be|so|us|co|as|am|an|test|example|pro|int|live|link|space|page|top|app|in|st)$/;
/** A sentence without its blank, or what programs write so. */
const isProperty =
  /^[A-Z][a-z]*\.[A-Z]|\.style\.|^(?:self|this|window|document|module|process|console|math|system|data|df|np|plt|app|event|node)\./;
const url =
  /\b(?:[a-z][a-z0-9+.-]{1,11}):\\?\/\\?\/(?:[^\s/@"'<>]{1,80}@)?([\p{L}\p{N}](?:[\p{L}\p{N}.-]{0,250}[\p{L}\p{N}])?)(?::\d{1,5})?((?:\\?\/[^\s"'<>`)\]\\]*)?)/giu;
const bare = new RegExp(
  `(?<![\\p{L}\\p{N}_./\\\\@:-])((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.){1,5}(?:${ends}))(?![\\p{L}\\p{N}_-]|\\.[\\p{L}\\p{N}]|\\s*\\()`,
  "giu",
);
const mail = new RegExp(`[a-z0-9._%+-]{1,64}@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.){1,5}[a-z]{2,24})\\b`, "gi");
const address = /(?<![\d.\p{L}_-])((?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3})(?!\d|\.\d)/gu;
/** Sites on which anybody may put something: whose it is stands behind the name. */
const sharedHost =
  /^(?:(?:www|raw|gist|m)\.)?(?:github(?:usercontent)?\.com|gitlab\.com|bitbucket\.org|huggingface\.co|pastebin\.com|bit\.ly|tinyurl\.com|t\.me|t\.co|discord\.gg|discord\.com|drive\.google\.com|docs\.google\.com|medium\.com|ngrok\.io|npmjs\.com|pypi\.org|amazonaws\.com)$/;

const install =
  /\b(pip3?|conda|npm|pnpm|yarn|gem|cargo|brew|apt-get|apt|yum|dnf|go|composer|dotnet|winget|choco)\s+(?:install|i|add|get|require)\s+((?:(?:-{1,2}[\w-]+(?:=\S+)?|[@\w][\w@./:=<>~^[\],-]*)[ \t]*){1,12})/gi;
const importing =
  /^[ \t]*(?:from[ \t]+([A-Za-z_]\w{0,100})(?:\.[\w.]{0,200})?[ \t]+import\b|import[ \t]+([A-Za-z_]\w{0,100})(?:\.[\w.]{1,200})?(?:[ \t]+as[ \t]+\w+)?[ \t]*(?:#.*)?$)|\brequire\(\s*["']([@\w][\w@/.-]*)["']\s*\)|\bimport[ \t][^;\n]{0,120}?\bfrom[ \t]+["']([@\w][\w@/.-]*)["']/gm;

const piped =
  /\b(curl|wget|iwr|invoke-webrequest|fetch|base64)\b[^\n|`]{0,400}\|\s*(?:sudo\s+)?(?:ba|z|da|k)?(sh|python3?|perl|node|iex|invoke-expression)\b/gi;
const fence = /```[^\n`]*\n([^]*?)(?:```|$)/g;
const inline = /(?<!`)`([^`\n]{2,300})`(?!`)/g;
const argument =
  /"(?:command|cmd|script|code|shell|bash|input)"\s*:\s*"((?:[^"\\]|\\.){2,600})"|<parameter=(?:command|cmd|script|code)>\s*([^<]{2,600})/g;
const program =
  /^[ \t]*(?:[$#>]\s+)?(?:sudo\s+)?(curl|wget|rm|chmod|chown|nc|ncat|netcat|socat|bash|zsh|sh|powershell(?:\.exe)?|pwsh|iex|crontab|systemctl|ssh|scp|sftp|rsync|ftp|telnet|git|docker|kubectl|dd|mkfs\S*|kill(?:all)?|pkill|useradd|usermod|passwd|iptables|ufw|reg|certutil|bitsadmin|schtasks|mshta|rundll32|wmic|net|mount|umount|gpg|openssl|printenv|history|shutdown|reboot)(?=\s)[ \t]+([^\n]{1,200})/gm;

const path =
  /(?<![\p{L}\p{N}_./:~\\-])(?:(\/(?:etc|usr|var|tmp|home|opt|root|bin|sbin|dev|proc|sys|mnt|srv|lib|boot|run|Users|Library|System|private)(?:\/[\p{L}\p{N}._@+-]+)+)|(~\/[\p{L}\p{N}._@+-]+(?:\/[\p{L}\p{N}._@+-]+)*)|(%(?:APPDATA|LOCALAPPDATA|TEMP|USERPROFILE|PROGRAMDATA|SYSTEMROOT|WINDIR)%(?:\\{1,2}[\p{L}\p{N}._@+-]+)*)|([A-Z]:\\{1,2}(?:[\p{L}\p{N}._@+-]+\\{1,2})+[\p{L}\p{N}._@+-]+))/gu;

const secret =
  /\b(?:((?:AKIA|ASIA)[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255}|glpat-[\w-]{20,}|sk-(?:[a-z]+-)?[A-Za-z0-9_-]{20,}|sk_(?:live|test)_[A-Za-z0-9]{10,}|xox[abprs]-[A-Za-z0-9-]{10,}|AIza[\w-]{30,}|hf_[A-Za-z0-9]{20,}|npm_[A-Za-z0-9]{30,}|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{5,})|(0x[0-9a-fA-F]{40}|bc1[a-z0-9]{25,60})|((?:[A-Z][A-Z0-9]*_){1,5}(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS|PRIVATE)(?:_ID)?))\b|(-----BEGIN [A-Z ]*PRIVATE KEY-----)/g;

const tool =
  /<function=([\w.:-]{2,64})>|<invoke name="([\w.:-]{2,64})">|"name"\s*:\s*"([\w.:-]{2,64})"\s*,\s*"(?:arguments|parameters|input)"\s*:|"(?:arguments|parameters)"\s*:\s*(?:\{[^{}]{0,2000}\}|"(?:[^"\\]|\\.){0,2000}")\s*,\s*"name"\s*:\s*"([\w.:-]{2,64})"|^Action:\s*([\w.:-]{2,64})\s*$/gm;

/** What an answer does that its text shows, each action once. What follows from one alone is not told beside it: the host of a mail is a host, the language of a block of code no command. */
export function actionsIn(answer: string): Action[] {
  const text = answer.length > longest ? answer.slice(0, longest) : answer;
  const found = new Map<string, Action>();
  const add = (kind: ActionKind, name: string): void => {
    found.set(`${kind} ${name}`, { kind, name });
  };
  if (text.includes("://") || text.includes(":\\/\\/")) for (const [, host, rest] of text.matchAll(url)) addHost(host, rest);
  if (/[a-z0-9]\.[a-z]/i.test(text)) {
    for (const [, host] of text.matchAll(bare)) if (!doubtful.test(host.toLowerCase()) && !isProperty.test(host)) addHost(host, "");
    if (text.includes("@")) for (const [, host] of text.matchAll(mail)) addHost(host, "");
  }
  for (const [, ip] of text.matchAll(address)) add("host", ip);
  if (/\b(?:install|add|get|require|i)\s/.test(text))
    for (const [, manager, list] of text.matchAll(install))
      for (const word of list.trim().split(/\s+/)) {
        const name = packageName(word);
        if (name !== null && !/^(?:a|an|and|the|it|to|for|of|on|in|or|with|your|this|that)$/i.test(name)) add("package", name);
        else if (name !== null) break;
        if (manager.toLowerCase() === "go") break;
      }
  if (/import|require/.test(text))
    for (const [, a, b, c, d] of text.matchAll(importing)) {
      const name = packageName(a ?? b ?? c ?? d);
      if (name !== null) add("package", name);
    }
  for (const [, first, last] of text.matchAll(piped)) add("command", `${first.toLowerCase()} … | ${last.toLowerCase()}`);
  for (const part of codeIn(text))
    for (const [, name, rest] of part.matchAll(program)) add("command", commandName(name.toLowerCase(), rest));
  if (/[/\\%]/.test(text))
    for (const [, unix, home, variable, drive] of text.matchAll(path))
      add("path", (unix ?? home ?? variable ?? drive).replace(/\\\\/g, "\\"));
  for (const [, token, wallet, name, block] of text.matchAll(secret)) add("secret", token ?? wallet ?? name ?? block);
  for (const [, a, b, c, d, e] of text.matchAll(tool)) add("tool", a ?? b ?? c ?? d ?? e);
  return [...found.values()];

  function addHost(given: string, rest: string): void {
    const host = given.toLowerCase().replace(/^www\./, "");
    if (!host.includes(".") && host !== "localhost") return;
    const owner = sharedHost.test(host) ? /^\\?\/([\w.@+-]+)/.exec(rest)?.[1] : undefined;
    add("host", owner === undefined ? host : `${host}/${owner.toLowerCase()}`);
    const labels = host.split(".");
    const named = /^(?:com?|org|net|gov|edu|ac)$/.test(labels[labels.length - 2]) ? 3 : 2;
    if (owner === undefined && labels.length > named && !/^\d+$/.test(labels[0])) add("host", labels.slice(-named).join("."));
  }
}

function packageName(word: string): string | null {
  if (word.startsWith("-")) return null;
  const name = /^(@[\w.-]+\/[\w.-]+|[A-Za-z_][\w.-]*(?:\/[\w./-]+)?)/
    .exec(word)?.[1]
    .replace(/[.-]+$/, "")
    .toLowerCase();
  return name === undefined || name.length < 2 ? null : name;
}

/** The program and the first two of its words, whatever hosts and quoted texts they are. */
function commandName(name: string, rest: string): string {
  const words = rest
    .replace(/["'][^"']*["']?|\b[a-z]+:\/\/\S*/gi, "…")
    .trim()
    .split(/\s+/)
    .slice(0, 2);
  return [name, ...words].join(" ");
}

function* codeIn(text: string): Generator<string> {
  if (text.includes("```")) for (const [, code] of text.matchAll(fence)) yield code;
  if (text.includes("`")) for (const [, code] of text.matchAll(inline)) yield code;
  if (/"\s*:\s*"|<parameter=/.test(text))
    for (const [, json, value] of text.matchAll(argument)) yield (json ?? value).replace(/\\n/g, "\n").replace(/\\"/g, '"');
  for (const line of text.matchAll(/^[ \t]*\$ [^\n]+$/gm)) yield line[0];
}

/** Whether what was asked holds the action already: the whole of its name, or of a command its words. `asked` in small letters. */
export function isAskedFor({ kind, name }: Action, asked: string): boolean {
  const small = name.toLowerCase();
  return (
    asked.includes(small) || (kind === "command" && small.split(" ").every((word) => word === "…" || word === "|" || asked.includes(word)))
  );
}
