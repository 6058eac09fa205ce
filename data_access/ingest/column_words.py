"""Words that columns are called by. A header made of these alone is the name of a column; any other may be the name of a child."""

import re

from data_access.ingest.headers import fold

_TEXT = (
    "aan aankomst aanmelding aantal aantekening aanwezig aanwezigheid achternaam adres advies afspraak afwezig arrival arrived attendance barcode bedrag "
    "begeleider begin bezoek bezoekdatum bezoeken bezoeker bezoekers bezoektijd bibliotheek bieb bijzonderheden binnen binnenkomst branch brin broer bsn "
    "buiten buurt buurtcode buurtnaam card checkin checkout child children class code column comment comments contact contactpersoon count country cursus "
    "dag dagdeel dagen date datum deelname deelnemer deelnemers department departure description details district docent doelgroep doorgegaan duration "
    "duur eind einddatum einde eindtijd email emailadres engels familienaam family feedback filiaal from geboorte geboortedag geboortedatum geboortejaar "
    "geboorteland gebruiker gekomen gemeente gender gezin groep groepsnaam head herkomst hoe hoelang huisnummer huiswerk huiswerkbegeleiding id "
    "identificatie in inchecken ingang initialen inloop inloopmoment inschrijfdatum inschrijfnummer inschrijving jaar jaargroep kaart kaartnr kaartnummer "
    "kind kinderen klant klas kolom laatste leeftijd leerjaar leerkracht leerling leerlingen leerlingnaam left lener leners lestijd level library lid "
    "lidmaatschap lijst lln locatie location lokaal maand mail medewerker meisje member mentor middelbare minuten mobiel moeder month mother naam name "
    "namen nationaliteit neighborhood neighbourhood niveau note notes notitie nr number nummer ochtend omschrijving onderwerp onderwijs onderwijsniveau "
    "opleiding opmerking opmerkingen ouder oudere ouders paraf parent pas pasje pasnr pasnummer passage person persoon phone plaats place plek po postal "
    "postcode pupil pupils reason reden regel registratie remark remarks rij roepnaam room scan scanmoment scanner scantijd school schooladvies "
    "schoolcode schooljaar schoolnaam schoolniveau schoolsoort schooltype sector sessie session signature soort start starttijd status straat "
    "straatnaam street student students studie subject surname taal tafel tel telefoon telefoonnummer telling tijd tijdstip time times timestamp "
    "toelichting toestemming tot totaal tussenvoegsel type uit uitgang unit until uren user uur vader vak vakken van vertrek verzorger vestiging "
    "vestigingen vestigingscode vestigingsnaam via visit visited visitor visitors visits volgnummer volledige volunteer volunteers voor voorletters "
    "voornaam vrijwilliger vrijwilligers waar waarde wanneer week weekdag wie wijk wijkcode wijknaam wijze with woonplaats year zaal zip zus"
)
_WORDS = _TEXT.split()


def _one_of(words: list[str]) -> str:
    return "|".join(sorted(map(fold, words), key=len, reverse=True))


#: Words joined or apart, the longer ones with an ending, perhaps a number behind: "geboorte-datum", "bezoekersnummer", "Telefoonnummers ouders 2".
_CALLED = re.compile(
    rf"(?:(?:{_one_of([word for word in _WORDS if len(word) > 3])})(?:s|en|e|je|jes)?|(?:{_one_of([word for word in _WORDS if len(word) <= 3])}))+\d{{0,2}}"
)


def is_column_name(header: str) -> bool:
    """Whether a header is made of words that columns are called by."""
    return _CALLED.fullmatch(fold(header)) is not None
