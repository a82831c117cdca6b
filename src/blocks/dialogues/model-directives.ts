export const directiveKinds = ["override", "secrecy", "marker", "addressed"] as const;
/** Told to drop its instructions; told to hide something from its user or to answer always so; marks of who speaks that only a chat's frame has; a text that turns to models which read it. */
export type DirectiveKind = (typeof directiveKinds)[number];

export interface Directive {
  readonly kind: DirectiveKind;
  /** As it stands in the text, cut to its line. */
  readonly text: string;
  /** Quoted, or told of rather than told to do. */
  readonly isTold: boolean;
}

const past = "(?:previous|prior|above|earlier|preceding|foregoing|former|initial|original|system|existing|other|your)";
const orders =
  "(?:instructions?|prompts?|rules?|directions?|directives?|guidelines?|commands?|orders|context|messages?|programming|constraints|restrictions|polic(?:y|ies)|training)";
const patterns: readonly { readonly kind: DirectiveKind; readonly pattern: RegExp }[] = [
  {
    kind: "override",
    pattern: new RegExp(
      [
        `\\b(?:ignore|disregard|forget|override|bypass|discard|neglect|skip)\\s+(?:(?:all|any|every(?:thing)?|each|the|your|of|these|those|my|and)\\s+){0,4}(?:${past}\\s+){1,3}(?:and\\s+\\w+\\s+)?${orders}\\b`,
        `\\b(?:ignore|disregard|forget)\\s+(?:everything|anything|all(?:\\s+(?:of\\s+)?(?:that|this|the\\s+text))?)\\s+(?:you(?:'ve|\\s+have|\\s+were)?\\s+(?:been\\s+)?(?:told|learned|given|instructed|taught)|(?:said\\s+|written\\s+)?(?:above|before|previously))`,
        "忽[略视視](?:掉)?(?:你)?(?:之前|以上|先前|上[述面]|前面|此前|所有|全部|一切)(?:的|所有的?|全部的?|任何){0,2}(?:指令|指示|说明|說明|提示|要求|规则|規則|命令|内容|內容)",
        "(?:以前|これまで|上記|前|以上)の(?:すべての|全ての)?(?:指示|命令|ルール|プロンプト|内容)を?(?:すべて|全て)?(?:無視|忘れ)",
        "(?:이전|위|앞|기존)의?\\s*(?:모든\\s*)?(?:지시|명령|지침|프롬프트|규칙)(?:사항)?(?:을|를|은|는)?\\s*(?:모두\\s*)?(?:무시|잊)",
        `\\b(?:ignorier(?:e|en|t)?|vergiss|vergessen|missachte)\\s+(?:sie\\s+)?(?:alle\\s+)?(?:(?:deine|ihre|die)\\s+)?(?:vorherigen|bisherigen|vorigen|obigen|früheren|vorangegangenen)\\s+(?:anweisungen|befehle|instruktionen|regeln|vorgaben)`,
        `\\b(?:ignore[zr]?|oublie[zr]?)\\s+(?:toutes?\\s+)?(?:les|vos|tes)\\s+(?:instructions?|consignes?|règles?|directives?)\\s+(?:précédentes?|antérieures?|ci-dessus)`,
        `\\b(?:ignor[aáe]|olvid[aáe]|descart[ae])\\s+(?:tod[ao]s\\s+)?(?:las|los|tus|sus|as|os|suas)\\s+(?:instrucciones|instruções|órdenes|reglas|regras|indicaciones|ordens)\\s+(?:anteriores|previas|prévias)`,
        `\\b(?:ignora|ignorate|dimentica)\\s+(?:tutte\\s+)?le\\s+(?:istruzioni|regole|indicazioni)\\s+precedenti`,
        `(?:игнорируй|проигнорируй|забудь)(?:те)?\\s+(?:все\\s+)?(?:предыдущие|прошлые|прежние|вышеуказанные)\\s+(?:инструкции|указания|команды|правила)`,
        `(?:تجاهل|انس)ي?\\s+(?:جميع\\s+|كل\\s+)?(?:التعليمات|الأوامر|الإرشادات)\\s+السابقة`,
        `(?:पिछले|पहले\\s+के)\\s+(?:सभी\\s+)?(?:निर्देशों?|आदेशों?)\\s+(?:को\\s+)?(?:अनदेखा|नज़रअंदाज़|भूल)`,
        `\\b(?:abaikan|lupakan)\\s+(?:semua\\s+)?(?:instruksi|perintah)\\s+(?:sebelumnya|di\\s+atas)`,
        `(?:önceki|yukarıdaki)\\s+(?:tüm\\s+)?(?:talimatları|komutları)\\s+(?:yok\\s+say|unut|görmezden\\s+gel)`,
      ].join("|"),
      "giu",
    ),
  },
  {
    kind: "secrecy",
    pattern:
      /\b(?:do not|don't|never)\s+(?:tell|inform|mention|reveal|disclose|show|let)\s+(?:(?:this|it|that|any of this)\s+to\s+)?(?:the\s+)?users?\b|\bwithout\s+(?:telling|informing|notifying|alerting)\s+the\s+user\b|\b(?:when(?:ever)?|if)\s+(?:you\s+are\s+)?asked\b[^.\n]{0,80},?\s+(?:you\s+must\s+|always\s+|you\s+should\s+(?:always\s+)?)(?:answer|reply|respond|say|claim|recommend)\b/giu,
  },
  {
    kind: "marker",
    pattern:
      /<\|(?:im_start|im_end|start_header_id|end_header_id|eot_id|endoftext|system|user|assistant|begin_of_text|end_of_turn|start|message|channel)\|>|\[\/?INST\]|<<\/?SYS>>|<\/?start_of_turn>|<end_of_turn>|^#{2,3}\s*(?:Instruction|System|Response|Human|Assistant)\s*:\s*$|^(?:Human|Assistant|System)\s*:\s(?=\S)|<\/?(?:system|assistant)>\s*$/gmu,
  },
  {
    kind: "addressed",
    pattern:
      /\b(?:note|attention|notice|important|message|instructions?|directive)\s*(?:to|for|:)\s*(?:all\s+|any\s+)?(?:ai|llm|language\s+model|chatbot|large\s+language\s+model|virtual\s+assistant|ai\s+assistant|ai\s+model)s?\b|\bif\s+you\s+are\s+an?\s+(?:ai|llm|(?:large\s+)?language\s+model|chatbot|ai\s+\w+)\b|\bas\s+an?\s+(?:ai|llm|language\s+model|ai\s+\w+),?\s+you\s+(?:must|shall|have\s+to|are\s+required)\b|\b(?:ai|llm|language\s+model|chatbot)s?\s+(?:assistants?\s+|models?\s+|agents?\s+)?(?:reading|processing|summari[sz]ing|parsing|that\s+reads?)\s+this\b|\byou\s+are\s+now\s+(?:in\s+)?(?:DAN|developer\s+mode|jailbroken|unrestricted|an?\s+unrestricted)|\bnew\s+(?:system\s+)?instructions?\s*:/giu,
  },
];

/** Cheap signs that any of them may be there. */
const maybe =
  /ignor|disregard|forget|overrid|bypass|discard|neglect|skip|<\||\[\/?inst|<<|_turn>|^#{2,3}\s|^(?:human|assistant|system)\s*:|<\/?(?:system|assistant)>|\b(?:ai|llm|dan)s?\b|language\s+model|chatbot|assistant|users?\b|asked\b|instruction|developer\s+mode|忽|無視|忘れ|무시|잊|vergiss|vergessen|missacht|oubli|olvid|descart|dimentica|игнорируй|забудь|تجاهل|انس|अनदेखा|नज़र|भूल|abaikan|lupakan|unut|yok\s+say|görmezden/imu;

/** Who tells of such words does not say them: a noun around them that names the attack, or a mark of quotation before and behind them. */
const told =
  /prompt[\s-]injection|jailbreak|attacker|adversar|phrase|sentence\s+like|such\s+as|for\s+example|e\.g\.|called|words?\s+["'“]|提示(?:词)?注入|例如|beispielsweise|par\s+exemple|por\s+ejemplo/iu;
const [openers, closers] = ["\"'“‘«„`「『(", "\"'”’»“`」』)"];

/** What a text says to a model rather than to a reader, each kind at most five times. */
export function directivesIn(text: string): Directive[] {
  if (!maybe.test(text)) return [];
  const found: Directive[] = [];
  for (const { kind, pattern } of patterns) {
    let count = 0;
    for (const match of text.matchAll(pattern)) {
      if (++count > 5) break;
      found.push({
        kind,
        text: match[0].replace(/\s+/g, " ").trim().slice(0, 120),
        isTold: kind === "marker" ? isQuoted(text, match) : isQuoted(text, match) || isToldOf(text, match),
      });
    }
  }
  return found;
}

function isQuoted(text: string, { index, 0: found }: RegExpMatchArray): boolean {
  const before = text
    .slice(Math.max(0, (index as number) - 60), index)
    .split("\n")
    .at(-1) as string;
  const after = text.slice((index as number) + found.length, (index as number) + found.length + 200).split("\n")[0];
  const opener = [...before].findLast((character) => openers.includes(character) || closers.includes(character));
  // An apostrophe within a word is none.
  if (opener === undefined || (opener === "'" && !/(?:^|\s)'[^']*$/.test(before))) return false;
  return openers.includes(opener) && [...after].some((character) => closers.includes(character));
}

/** Within the same sentence or the one before it. */
function isToldOf(text: string, { index, 0: found }: RegExpMatchArray): boolean {
  const from = Math.max(0, (index as number) - 160);
  const sentences = text.slice(from, index).split(/(?<=[.!?。！？\n])/);
  return (
    told.test(sentences.slice(-2).join("")) ||
    told.test((text.slice((index as number) + found.length).split(/[.!?。！？\n]/, 1)[0] ?? "").slice(0, 160))
  );
}
