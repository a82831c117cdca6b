/** A column's name in one spelling: `starRating`, `Star Rating` and `star-rating` are `star_rating`. */
export function plainName(name: string): string {
  return name
    .trim()
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/[\s.:-]+/g, "_");
}

const words = (list: string): readonly string[] => list.split(" ");

/** The better names first: those of one list are looked at only where no name of a list before it is found. */
export const labelNames: readonly (readonly string[])[] = [
  words("label target class y outcome"),
  words("labels targets class_label target_label gold gold_label ground_truth y_true"),
  words(
    "sentiment polarity spam is_spam spam_label fraud is_fraud is_fraudulent toxic toxicity churn churned is_churn default diagnosis survived species attack is_attack malicious is_malicious",
  ),
  words("stars star rating ratings star_rating review_rating review_score overall score"),
];

export const textNames: readonly string[] = words(
  "review reviews text texts comment comments body message messages title content review_text review_body review_title review_content review_headline headline summary description sentence tweet post email sms question answer prompt document reviews_text text_review full_text",
);

/** What tells who wrote a row, ids before names. */
export const sourceNames: readonly string[] = words(
  "account account_id acct acct_id accountid user_id userid user reviewer_id reviewerid reviewer author_id authorid author customer_id customerid customer contributor_id contributor member_id member annotator_id annotator worker_id worker supplier_id supplier vendor_id vendor source_id source username user_name reviewer_name author_name",
);

export const taskNames: readonly string[] = words(
  "product product_id productid asin parent_asin item item_id itemid sku business_id movie_id book_id restaurant_id hotel_id app_id product_name",
);

/** The columns of the first list that holds the name of any. */
export function findByName(columns: readonly string[], lists: readonly (readonly string[])[]): string[] {
  for (const list of lists) {
    const found = columns.filter((name) => list.includes(plainName(name)));
    if (found.length > 0) return found;
  }
  return [];
}
