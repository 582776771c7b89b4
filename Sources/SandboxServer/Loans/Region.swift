/// A country whose borrowers write in one script: what names, places and stories are drawn from.
struct Region: Sendable {
    /// The country's English name, as Kiva lists it.
    let country: String
    /// ISO 3166-1 alpha-2.
    let countryCode: String
    /// ISO 4217.
    let currency: String
    /// Units of the local currency for a hundred US dollars.
    let ratePerHundredDollars: UInt64
    /// BCP 47 tag and English name of the language.
    let language: (code: String, name: String)
    /// Towns as they are written there.
    let towns: [String]
    let firstNames: [String]
    let lastNames: [String]
    /// A story, written there.
    let story: String
    /// Latitude and longitude, as they stand in JSON.
    let geo: (latitude: String, longitude: String)
}

extension Region {
    /// Twelve scripts and a few ways to write Latin; every one has six first and six last names and three towns.
    static let all: [Region] = [
        Region(
            country: "Peru",
            countryCode: "PE",
            currency: "PEN",
            ratePerHundredDollars: 372,
            language: ("es", "Spanish"),
            towns: ["Ayacucho", "Huánuco", "Ñaña"],
            firstNames: ["María José", "Óscar", "Íñigo", "Begoña", "Raúl", "Zoë"],
            lastNames: ["Núñez", "Quispe Mamani", "Peña", "Güell", "Ibáñez", "Ramírez"],
            story: "Vende quesos y café en el mercado; con el préstamo comprará dos vacas más y un molino pequeño.",
            geo: ("-13.1588", "-74.2232")
        ),
        Region(
            country: "Vietnam",
            countryCode: "VN",
            currency: "VND",
            ratePerHundredDollars: 2_612_500,
            language: ("vi", "Vietnamese"),
            towns: ["Thanh Hóa", "Điện Biên Phủ", "Buôn Ma Thuột"],
            firstNames: ["Thị Hường", "Đức", "Thuỷ", "Ngọc Ánh", "Bảo", "Mỹ Lệ"],
            lastNames: ["Nguyễn", "Trần", "Phạm", "Đỗ", "Lưu", "Vũ"],
            story: "Chị nuôi lợn và trồng lúa; khoản vay giúp chị mua con giống, thức ăn và sửa lại chuồng trại.",
            geo: ("19.8067", "105.7852")
        ),
        Region(
            country: "Nepal",
            countryCode: "NP",
            currency: "NPR",
            ratePerHundredDollars: 14_120,
            language: ("ne", "Nepali"),
            towns: ["पोखरा", "काठमाडौँ", "जनकपुर"],
            firstNames: ["सीता", "राम बहादुर", "गीता", "कृष्ण", "लक्ष्मी", "अनिता"],
            lastNames: ["श्रेष्ठ", "तामाङ", "गुरुङ", "थापा", "यादव", "राई"],
            story: "उहाँ तरकारी खेती गर्नुहुन्छ। ऋणले बीउ, मल र थोपा सिँचाइ किन्न मद्दत गर्नेछ।",
            geo: ("28.2096", "83.9856")
        ),
        Region(
            country: "Jordan",
            countryCode: "JO",
            currency: "JOD",
            ratePerHundredDollars: 71,
            language: ("ar", "Arabic"),
            towns: ["إربد", "الزرقاء", "عمّان"],
            firstNames: ["فاطمة", "محمود", "ليلى", "خالد", "نور", "آمنة"],
            lastNames: ["الحسن", "العبد الله", "الخطيب", "الزعبي", "حدّاد", "المصري"],
            story: "تدير محلًا صغيرًا للخياطة، وستشتري بالقرض ماكينة جديدة وأقمشة للموسم القادم.",
            geo: ("32.5556", "35.8500")
        ),
        Region(
            country: "China",
            countryCode: "CN",
            currency: "CNY",
            ratePerHundredDollars: 712,
            language: ("zh", "Chinese"),
            towns: ["成都", "西寧", "呼和浩特"],
            firstNames: ["秀英", "建國", "小红", "志强", "麗華", "𠮷明"],
            lastNames: ["王", "李", "歐陽", "张", "諸葛", "陈"],
            story: "她在村里经营一家小面馆,贷款将用来购买新的炉灶、桌椅和一台冰箱。",
            geo: ("30.5728", "104.0668")
        ),
        Region(
            country: "Kenya",
            countryCode: "KE",
            currency: "KES",
            ratePerHundredDollars: 12_930,
            language: ("sw", "Swahili"),
            towns: ["Ng'ombeni", "Murang'a", "Kisumu"],
            firstNames: ["Wanjikũ", "Otieno", "Achieng'", "Mwĩhaki", "Juma", "Nyambura"],
            lastNames: ["Ochieng'", "Kamaũ", "Ng'ang'a", "Mũgo", "Wafula", "Kĩbet"],
            story: "Anauza mahindi na maharagwe sokoni; mkopo utamsaidia kununua magunia zaidi na mkokoteni.",
            geo: ("-0.0917", "34.7680")
        ),
        Region(
            country: "Georgia",
            countryCode: "GE",
            currency: "GEL",
            ratePerHundredDollars: 271,
            language: ("ka", "Georgian"),
            towns: ["ქუთაისი", "გორი", "ზუგდიდი"],
            firstNames: ["ნინო", "გიორგი", "მარიამ", "ლევან", "ეკა", "დავით"],
            lastNames: ["ბერიძე", "კაპანაძე", "გელაშვილი", "მაისურაძე", "ლომიძე", "ხვედელიძე"],
            story: "ოჯახი თაფლს ამზადებს; სესხით ახალ სკებს და ქილებს შეიძენენ.",
            geo: ("42.2662", "42.7180")
        ),
        Region(
            country: "Kyrgyzstan",
            countryCode: "KG",
            currency: "KGS",
            ratePerHundredDollars: 8_745,
            language: ("ky", "Kyrgyz"),
            towns: ["Ош", "Жалал-Абад", "Нарын"],
            firstNames: ["Айгүл", "Бакыт", "Нурзат", "Эркин", "Жылдыз", "Өмүрбек"],
            lastNames: ["Асанова", "Токтогулов", "Мамытова", "Жээнбеков", "Үсөнова", "Сыдыков"],
            story: "Ал мал багат; насыя менен дагы эки уй жана кышкы тоют сатып алат.",
            geo: ("40.5283", "72.7985")
        ),
        Region(
            country: "Cambodia",
            countryCode: "KH",
            currency: "KHR",
            ratePerHundredDollars: 401_500,
            language: ("km", "Khmer"),
            towns: ["បាត់ដំបង", "កំពង់ចាម", "តាកែវ"],
            firstNames: ["សុភា", "ចាន់", "ស្រីមុំ", "វណ្ណា", "ដារ៉ា", "បុប្ផា"],
            lastNames: ["គឹម", "សុខ", "ហេង", "លី", "ជា", "ម៉ៅ"],
            story: "គាត់ដាំស្រូវ ហើយប្រាក់កម្ចីនឹងជួយទិញជី និងម៉ាស៊ីនបូមទឹក។",
            geo: ("13.0957", "103.2022")
        ),
        Region(
            country: "Ethiopia",
            countryCode: "ET",
            currency: "ETB",
            ratePerHundredDollars: 12_480,
            language: ("am", "Amharic"),
            towns: ["ባሕር ዳር", "ጎንደር", "አዋሳ"],
            firstNames: ["አልማዝ", "ተስፋዬ", "ብርሃኔ", "ሰላም", "መኮንን", "ሐና"],
            lastNames: ["ከበደ", "ታደሰ", "ወልደ", "በቀለ", "ገብረ", "ደስታ"],
            story: "ቡና ትሸጣለች፤ በብድሩ አዲስ ማሽንና ከረጢቶች ትገዛለች።",
            geo: ("11.5742", "37.3614")
        ),
        Region(
            country: "Sri Lanka",
            countryCode: "LK",
            currency: "LKR",
            ratePerHundredDollars: 30_040,
            language: ("ta", "Tamil"),
            towns: ["யாழ்ப்பாணம்", "மட்டக்களப்பு", "வவுனியா"],
            firstNames: ["மீனா", "குமார்", "கவிதா", "ரவி", "செல்வி", "அருண்"],
            lastNames: ["சிவராஜா", "நடராஜன்", "முருகேசு", "பாலன்", "தம்பி", "கந்தையா"],
            story: "அவர் மீன் வலைகள் தைக்கிறார்; கடனில் நூலும் புதிய படகு இயந்திரமும் வாங்குவார்.",
            geo: ("9.6615", "80.0255")
        ),
        Region(
            country: "Armenia",
            countryCode: "AM",
            currency: "AMD",
            ratePerHundredDollars: 38_260,
            language: ("hy", "Armenian"),
            towns: ["Գյումրի", "Վանաձոր", "Գորիս"],
            firstNames: ["Անահիտ", "Արամ", "Գոհար", "Տիգրան", "Լուսինե", "Վահե"],
            lastNames: ["Հակոբյան", "Սարգսյան", "Պետրոսյան", "Գրիգորյան", "Մկրտչյան", "Ավագյան"],
            story: "Նա լավաշ է թխում. վարկով նոր փուռ եւ ալյուր կգնի։",
            geo: ("40.7929", "43.8465")
        ),
    ]
}
