"""The Nutcache dialect: the `/webapi/…` contract of 2018 and 2019, which only reads.

Kept to the letter: `nut-basic` with key, user and password; `OrganizationGuid` (and its
old name `CompanyGuid`); every attribute present, blank as `null`, in the page's order;
one document too is an array under the plural name; relative `links`; pages from 1.

Where the contract is silent:

- an error is `{"errors": [{"status", "code", "message", "property"}]}`, one shape for
  all; `property` is the attribute, parameter or header, or null;
- a missing, malformed or doubtful credential is 401; a missing or malformed
  `OrganizationGuid` and an `api-version` other than 3 are 400; an organization that is
  not the key's is 403, whether it exists or not. Organizations, countries, states and
  currencies need no organization, and a header given there is not looked at;
- included entities are arrays of their own beside the collection, each entity once;
- a limit over 100, a page that is no number, an unknown include, property, operator or
  direction is 400; a page beyond the last is empty; `navigation-previous` is there only
  where the page before has something on it;
- rules are joined by AND, at most 50 of them. A blank attribute differs from every value, so `neq` finds it
  and the orders do not. `eq` on texts minds case, `ct`, `sw` and `ew` do not; texts are
  ordered by their code points. Blanks come last ascending, first descending;
- the links of a filtered page are to be posted again with the same body, as their `type`
  says;
- an id is a row's primary key; for currencies and countries it is the ISO number, for
  states the ISO 3166-2 code read as a number in base 36;
- lists are in the order of their dates, names or codes, then of their ids;
- `status`: 0 draft; 1 issued, overdue or not, as nothing is overdue there; 2 the same,
  once its customer has opened its page; 3 paid in part; 4 paid; 5 disputed, while
  something is open; 6 void, and written off too, because nobody is asked to pay it.
  Deleted does not happen here;
- `balance` = `total` - `paid_to_date`, which counts money and credits alike; only a void
  invoice has the balance 0, because nothing is owed;
- `customer_…` is what the issued invoice says, or for a draft what the customer's record
  says today; the legal notice is the tax number; address lines are joined by a new line;
- an invoice's `project` is that of each of its details; every detail is a product (0);
- members, taxes and items, of which only the names are documented, have an identity and
  what invoices refer to, members and items also a status (0 active, 1 inactive);
  `components` of a tax are its parts in order with the rates of today;
- customers are partners that may be sold to, items products that are sold: an invoice
  may point to one that no longer is, which then answers 404;
- organizations keep no time and no notifications: those are 0. Date and time formats
  are those of the country;
- states have one name in all languages, the one in ISO 3166-2.

Left out, as they are mere names in the documents: projects and estimates. Writes are
answered with 405, as none is documented for these entities.

Rates are counted in Django's default cache, per key and in fixed windows. The default
cache lives in one process; several processes need one that they share (`CACHES`), else
each of them allows the whole rate.
"""
