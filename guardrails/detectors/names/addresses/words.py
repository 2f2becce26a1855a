"""The words that addresses are made of, all in lower case: kinds of streets, units, countries, and what is none of them.

One row of a table for one idea; languages stand side by side because a text in one language holds addresses of every country.
A street word is `SURE` where a number and a name before it leave no doubt, else it needs more beside it: a unit, a postcode,
a label.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    """Blanks part words; `_` stands for a blank inside one."""
    return frozenset(word.replace("_", " ") for word in text.split())


#: After the name, English: `12 Mill Lane` (USPS Publication 28, C1, without its rarest; UK, IE, IN words).
SURE = _words(
    """
    street st str avenue ave av aven boulevard blvd road rd lane ln drive dr terrace ter terr crescent cres highway hwy
    parkway pkwy mews turnpike esplanade expressway freeway causeway bypass marg nagar salai chowk gali galli grove gardens
    gdns walk
    """
)
#: After the name, and in too many other names to be enough.
VAGUE = _words(
    """
    way place pl court ct courts square sq close circle cir row rise park green hill hills view vista trail trl pass path
    ridge plaza loop alley cove creek crossing gateway glen heights hollow island islands isle junction knoll knolls lake
    lakes landing manor meadow meadows mill mills mission mount mountain orchard oval parade parks parkways passage pike
    pine pines plain plains point points port ports prairie ranch rapids rest river route run shoal shoals shore shores
    skyway spring springs spur squares station stravenue stream streets summit throughway trace track trafficway tunnel
    union unions valley valleys via viaduct views village villages ville walks wall wells well field fields flat flats ford
    fords forest forge forges fork forks fort garden harbor harbors haven inlet key keys dale dam divide drives estate
    estates extension extensions falls ferry cliff cliffs club common commons corner corners course bayou beach bend bluff
    bluffs bottom branch bridge brook brooks burg burgs camp canyon cape center centers centre arcade annex roads zila
    colony vihar enclave layout quay wharf end bank yard dene mead croft fold drove
    """
)
#: One word with the name: `Vestergade 12`. Danish, Norwegian, Swedish, Dutch, German, Finnish, Estonian, Icelandic.
ENDINGS = _words(
    """
    gade gaden vej vejen vænget vænge stræde strædet torv torvet allé alle allee parken toften bakken haven boulevarden
    kajen pladsen gata gaten gate veien vegen veg gatan vägen väg gränd stigen torget torg backen gården plassen plan
    esplanaden leden kroken straße strasse str weg gasse platz ufer damm ring steig chaussee promenade graben markt berg
    gässli straat laan plein gracht kade singel dijk dreef hof steenweg plaats baan pad hoek katu stræti tie kuja polku
    raitti aukio rinne maantee tänav puiestee braut vegur gerði tún holt stígur brekka hlíð gil utca út tér
    """
)
#: Those that end many other words too, which a number follows as easily: they need more beside them.
COMMON_ENDINGS = _words("tie ring plan berg haven hof pad str gate leden út gil alle markt baan tún")
#: Words that end like a street and are none.
NO_STREET = _words(
    """
    alle allee markt ring berg plan hof pad weg pladsen torget gate gade vej platz rinne katu tie promenade parken haven
    haben delegate investigate aggregate propagate navigate allegate mitigate litigate interrogate surrogate conjugate
    colgate watergate halle falle galle spring during string bring spaß keinesweg laptops ipad notepad keypad launchpad plat
    floorplan businessplan zeitplan unterwegs norweg tirsdag morgenhaven kupferberg heidelberg nürnberg goteborg göteborg
    gutenberg goldberg rosenberg zuckerberg bloomberg spielberg heisenberg strasberg iceberg budapest wimberg stuttgart
    vancouver cabernet iphone eindhoven copenhaven supermarkt arbeitsmarkt weltmarkt lehrplan stundenplan tagesplan
    spielplan marktplan bauplan kuchenplan hoering boxring
    dekade blokade barikade arkade brigade renegade decade arcade facade brocade barricade blockade stockade cascade
    motorvej genvej omvej undervej
    """
)
#: A word of its own after the name, the number follows: `Rákóczi út 13`, `Gammel Kongevej 12` has its own row above.
AFTER = _words(
    """
    utca út útja tér tere körút köz sétány u fasor park_út tee tänav puiestee mnt põik tie katu kuja gade vej väg väga allé
    allee alle gata gaten vei veien vägen gatan sokak sokağı sk cad caddesi cadde cd bulvarı blv mahallesi mah square anga
    torv plads plass straße strasse weg platz gasse ring ulica ulice náměstí nám třída iela prospekts gatvė pr laan
    straat plein kai ufer damm kapu
    """
)
#: Before the name: `Calle Mayor 5`, `Jl. Melati No. 5`, `12 rue de la Paix`.
BEFORE = _words(
    """
    calle c/ cl avenida avda avd av paseo plaza pza plza carretera ctra camino ronda travesía travesia glorieta callejón
    carrer avinguda rúa carrera cra transversal diagonal calzada rua r travessa tv praça praca pç alameda al largo estrada
    rodovia beco ladeira quinta rue avenue av boulevard bd blvd impasse allée allee chemin quai route place cours passage
    square faubourg ruelle sentier via viale vle piazza pza piazzale corso c.so vicolo largo strada lungotevere contrada
    borgo ul ulica al aleja aleje pl plac os osiedle rynek ulice nám náměstí třída tř strada str bulevardul bd aleea șoseaua
    soseaua calea piața splaiul jl jalan jln gang gg lorong lrg jend raya dusun dsn kampung kp cad sok mah λεωφόρος λεωφ
    οδός πλατεία ул улица проспект просп пр-т пер переулок бул бульвар наб набережная шоссе вул вулиця am an_der an_dem
    auf_dem im zum zur unter_den in_der
    """
)
#: These of them have other meanings ("via email 10", "route 53", "am 12."): a capital name, and a number or more beside it.
LOOSE = _words(
    """
    route place passage square av al r tv pl cl plaza avenue boulevard str os gang raya kp quinta largo corso cours
    am im zum zur an_der an_dem auf_dem unter_den in_der carrera diagonal transversal chemin camino borgo contrada rynek
    plac ulice cad sok mah bd blvd calea ronda diagonal sentier lorong kampung dusun jend
    """
)
#: Kinds that are too short to be meant without their stop.
STOPPED = _words("r tv pl al cl os av bd pr pç tř d")
#: Small words inside names of streets and cities.
SMALL = _words(
    """
    de la le les des du d l del della delle dei degli di da das dos do e y el los las al van der den ter ten het 't von und
    am an im zum zur auf op sur sous saint st sainte ste san santa santo são upon under of og av på ved nad pod pri u v na
    dr dra gen gral prof pres mgr abbé general generala armii kol maharshi jend letjen kh kyai hi haji raya
    """
)
#: A part of a house, before its number or letter.
UNITS = _words(
    """
    apt apts apartment appt suite ste unit flat room rm floor fl bldg building tower block villa studio penthouse ph lot
    door level lvl house shop office plot h.no hno wing piso puerta pta esc escalera planta bajo bloque interior depto dpto
    apto apartamento ap andar sala bloco bl casa bât bat bâtiment étage etage appartement porte int scala sc piano wohnung
    whg top stiege stock etage lgh m m. lok blok block kav kavling no nr nº n n° nr. rt rw lt lantai lok et kat daire d
    apartemen tower kamar unit byt sz em ajtó as asunto krt кв д корп стр офис dept bte boîte bus lejl lejlighed dør
    """
)
#: Stand between a street and its number.
NUMBERED = _words("no nr nº n n° nomor nomer numara num nummer number kav kavling blok block km lok lot d д дом")
#: The least doubtful of them: with one of these any number and name is an address.
SURE_UNITS = _words(
    """
    apt apartment suite ste flat penthouse studio apartemen appartement apartamento depto apto daire wohnung byt
    """
)
#: They end a name that has no comma behind it.
DIVIDERS = (SURE_UNITS - {"ste"}) | _words("kav kavling blok blk rt rw kel kec kelurahan kecamatan unit apo fpo dpo")
#: Of the vague kinds those that are enough where they fill a line or a field.
MIDDLING = _words(
    """
    way place pl court ct square sq close circle cir row alley cove crossing rise trail loop path courts pass point
    """
)
#: Kinds of streets that are written short, with a stop.
SHORT = _words("st str ave av aven blvd rd ln dr ct pl sq ter terr cres hwy pkwy cir gdns bldg")
#: Danish floors and doors: `2. tv`, `st. th`.
DOORS = _words("tv th mf sal st kl stuen kld")
#: Parts of Indonesian addresses that a name follows.
WARDS = _words(
    """
    kel kelurahan kec kecamatan kota kab kabupaten desa ds dusun dsn prov provinsi kampung kp perumahan perum komplek
    kompleks komp cluster griya residence col colonia fracc urb barrio mahallesi mah barangay brgy taluk tehsil dist
    district po via near opp behind post
    """
)
#: Begin an address by themselves, a name and a number follow.
ESTATES = _words(
    """
    perumahan perum komplek kompleks komp cluster apartemen ruko rusun rusunawa kampung kp dusun dsn banjar br urbanización
    """
)
#: Boxes at the post office; a number follows.
BOXES = _words(
    """
    postbox postboks postbus postfach apartado casilla pobox bp cs locked_bag gpo postilokero postafiók pk
    """
)
SHIPS = _words("uss usns usnv uscgc usnavy hms")
FORCES = _words("apo fpo dpo")

#: No part of a name of a street or a city: days, months, words that begin sentences, labels, what is counted and numbered.
NEVER = _words(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
    october november december jan feb mar apr jun jul aug sep sept oct nov dec januari februari maret mei juni juli agustus
    oktober desember januar februar marts maj december dezember märz mai i we you he she it they this these those there here
    my your his her its our their who what when where why how which if but so because is are was were be been am will would
    can could should may might must do does did have has had not no yes ok okay please thanks thank hi hello hey dear
    regards best sincerely cheers from to with for at by as also then than or and the a an in on of about after before tel
    telephone phone mobile fax email e-mail mail web website www http https url order invoice date time name company
    customer total amount usd eur gbp idr dkk rp kr id nik cpr ssn dob born age item items qty note notes re fwd subject cc
    ref iban card call figure fig table tab section sec chapter page pages version release step part phase type class
    category group team season episode issue pr pull request bug ticket line lines column row rows http python java windows
    ios android chrome section article paragraph appendix exhibit volume vol edition grade terminal platform flight train
    bus route bib isbn act percent million billion thousand hundred years year months month weeks week days day hours hour
    minutes minute seconds second people men women children students players goals points votes seats km kg mb gb kb ms mm
    cm mph kmh am pm utc gmt est pst cet telepon telp hp nomor pesanan saya kami anda dia mereka ini itu dan atau yang untuk
    dengan dari pada bernama atas nama kak ya tolong jeg du han hun vi de det den og eller men som med til fra på i er har
    var kan skal vil tak hej mvh hilsen telefon mobil navn ordre ich du er sie wir und oder aber mit von zu bei nach ist
    sind war hat haben telefonnummer bestellung je tu il elle nous vous et ou mais avec pour dans est sont était merci
    bonjour yo tú él ella nosotros y o pero con para es son era gracias hola same bad more most some any both each every few
    many much other another such only just very hard usb google test flash tape pen two-way one-way milky api user users
    file files server data model table
    """
)


COUNTRIES = _words(
    """
    afghanistan albania algeria andorra angola argentina armenia australia austria azerbaijan bahamas bahrain bangladesh
    barbados belarus belgium belize benin bermuda bhutan bolivia bosnia_and_herzegovina bosnia botswana brazil brunei
    bulgaria burkina_faso burundi cambodia cameroon canada cape_verde chad chile china colombia comoros congo costa_rica
    croatia cuba cyprus czechia czech_republic denmark djibouti dominica dominican_republic ecuador egypt el_salvador
    england equatorial_guinea eritrea estonia eswatini ethiopia fiji finland france gabon gambia georgia germany ghana
    gibraltar great_britain greece greenland grenada guadeloupe guam guatemala guernsey guinea guinea-bissau guyana haiti
    honduras hong_kong hungary iceland india indonesia iran iraq ireland isle_of_man israel italy ivory_coast jamaica japan
    jersey jordan kazakhstan kenya kiribati korea kosovo kuwait kyrgyzstan laos latvia lebanon lesotho liberia libya
    liechtenstein lithuania luxembourg macao macau kingdom_of_the_netherlands people's_republic_of_china republic_of_ireland
    madagascar malawi malaysia maldives mali malta martinique mauritania mauritius mayotte mexico micronesia moldova monaco
    mongolia montenegro morocco mozambique myanmar namibia nauru nepal netherlands the_netherlands new_caledonia new_zealand
    nicaragua niger nigeria north_macedonia northern_ireland norway oman pakistan palau palestine panama papua_new_guinea
    paraguay peru philippines poland portugal puerto_rico qatar réunion reunion romania russia russian_federation rwanda
    saint_lucia samoa san_marino saudi_arabia scotland senegal serbia seychelles sierra_leone singapore slovakia slovenia
    solomon_islands somalia south_africa south_korea south_sudan spain sri_lanka sudan suriname svalbard sweden switzerland
    syria taiwan tajikistan tanzania thailand timor-leste togo tonga trinidad_and_tobago tunisia turkey türkiye turkmenistan
    tuvalu uganda ukraine united_arab_emirates uae united_kingdom uk united_states united_states_of_america usa us uruguay
    uzbekistan vanuatu vatican venezuela vietnam viet_nam wales yemen zambia zimbabwe faroe_islands åland_islands danmark
    deutschland españa france sverige norge suomi italia österreich schweiz suisse nederland belgië belgique polska česko
    magyarország românia brasil méxico perú portugal hellas ísland eesti latvija lietuva inggris jepang singapura belanda
    jerman amerika_serikat storbritannien tyskland frankrig italien spanien
    """
)
#: Words in the longest name of a country.
LONGEST_COUNTRY = 4
